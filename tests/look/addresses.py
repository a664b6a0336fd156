"""Look alone, as the house mounts it."""

from __future__ import annotations

from django.urls import include, path

from tongban.kernel.text import Text

urlpatterns = [path("look/", include("tongban.look.urls"))]


def house(request):
    return {"city_name": Text(zh="测试城", en="Test City")}
