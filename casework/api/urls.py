from django.urls import include, path
from drf_spectacular.views import SpectacularSwaggerView
from rest_framework.routers import SimpleRouter

from casework.api import pages
from casework.api.token import Token
from casework.api.v1.people import People

router = SimpleRouter()
router.register("people", People, basename="people")

urlpatterns = [
    path("oauth/token/", Token.as_view(), name="token"),
    path("api/v1/", include(router.urls)),
    path("api/v1/openapi.yaml", pages.openapi, name="openapi"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="openapi"), name="api-docs"),
    path("healthz/live", pages.live, name="live"),
    path("healthz/ready", pages.ready, name="ready"),
]
