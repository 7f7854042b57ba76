"""The ASGI application that uvicorn serves."""

from config.boot import prepare

prepare()

import django  # noqa: E402

django.setup(set_prefix=False)

from django.urls import reverse  # noqa: E402

from channels_adapters.registry import BUILT_IN, adapter  # noqa: E402
from config.handler import Handler  # noqa: E402

application = Handler()
# All addresses and channels are loaded now, and not while the first visitor waits.
reverse("account_login")
for kind in BUILT_IN:
    adapter(kind)
