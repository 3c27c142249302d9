"""Every address of the product."""

from django.urls import include, path

urlpatterns = [
    path("health/", include("core.urls")),
    path("api/", include("api.urls")),
    path("", include("frontend.urls")),
]

handler400 = "frontend.errors.bad_request"
handler403 = "frontend.errors.permission_denied"
handler404 = "frontend.errors.not_found"
handler500 = "frontend.errors.server_error"
