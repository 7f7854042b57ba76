"""The ASGI application that uvicorn serves."""

from config.boot import prepare

prepare()

import django  # noqa: E402

django.setup(set_prefix=False)

from django.urls import reverse  # noqa: E402

from config.handler import Handler  # noqa: E402

application = Handler()
# All addresses are loaded now, and not while the first visitor waits.
reverse("account_login")
