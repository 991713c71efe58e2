from django.apps import AppConfig
from django.core.checks import register

from config.checks import check_deployment, check_keys, check_sender, check_wordings


class ConfigurationConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        register(check_keys)
        register(check_sender)
        register(check_wordings)
        register(check_deployment, deploy=True)
