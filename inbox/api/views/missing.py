"""Addresses that lead nowhere."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from rest_framework.request import Request
from rest_framework.views import APIView


class _Missing(APIView):
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404("There is nothing at this address.")


@csrf_exempt
def missing(request: HttpRequest) -> HttpResponseBase:
    """What is asked for without the slash at the end is found all the same, whatever the method; else a problem."""
    if not request.path_info.endswith("/"):
        try:
            found = resolve(f"{request.path_info}/")
        except Resolver404:
            return _Missing.as_view()(request)
        if found.func is not missing:
            answer: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
            return answer
    return _Missing.as_view()(request)
