from django.urls import path

from casework.selfservice.views import stay

urlpatterns = [
    path("", stay, name="stay"),
    path("<str:language>/", stay, name="stay-in-language"),
]
