"""The ASGI application that uvicorn serves."""

from config.boot import prepare

prepare()

import django  # noqa: E402

django.setup(set_prefix=False)

from config.handler import Handler  # noqa: E402

application = Handler()
