from django.urls import path

from casework.selfservice.links import own_page

urlpatterns = [
    path("<str:token>/", own_page, name="reminder-link"),
    path("<str:token>/<str:language>/", own_page, name="reminder-link-in-language"),
]
