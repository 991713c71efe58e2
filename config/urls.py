from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from casework.backoffice.site import site

handler400 = "casework.api.errors.bad_request"
handler403 = "casework.api.errors.permission_denied"
handler404 = "casework.api.errors.page_not_found"
handler500 = "casework.api.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(url="/admin/"), name="home"),
    path("", include("casework.api.urls")),
    path("admin/", site.urls),
    path("r/", include("casework.selfservice.link_urls")),
    path("stay/", include("casework.selfservice.urls")),
]
