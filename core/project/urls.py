"""Every address of the product."""

from django.urls import include, path

urlpatterns = [
    path("health/", include("core.urls")),
    path("api/", include("api.urls")),
    path("", include("frontend.urls")),
]
