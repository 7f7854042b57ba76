"""The ASGI application that uvicorn serves."""

from config.boot import prepare

prepare()

from django.core.asgi import get_asgi_application  # noqa: E402

application = get_asgi_application()
