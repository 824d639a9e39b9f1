"""What the open interface is and how to use it, for people."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse


def show_api_guide(request: HttpRequest) -> HttpResponse:
    """German and English, with this installation's own addresses."""
    return render(
        request, "provider/api_guide.html", {"base": request.build_absolute_uri(reverse("api_guide"))}
    )
