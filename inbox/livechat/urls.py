"""Addresses of the chat widget. `key` is the channel's public key."""

from django.urls import path

from inbox.livechat.views import conversation, ending, files, messages, sessions, stream

app_name = "livechat"
urlpatterns = [
    path("chat/<slug:key>/session/", sessions.session, name="session"),
    path("chat/<slug:key>/steps/", sessions.steps, name="steps"),
    path("chat/<slug:key>/conversation/", conversation.conversation, name="conversation"),
    path("chat/<slug:key>/messages/", messages.messages, name="messages"),
    path("chat/<slug:key>/typing/", conversation.typing, name="typing"),
    path("chat/<slug:key>/read/", conversation.read, name="read"),
    path("chat/<slug:key>/end/", ending.end, name="end"),
    path("chat/<slug:key>/files/", files.upload, name="upload"),
    path("chat/<slug:key>/pictures/<slug:sha256>/", files.picture, name="picture"),
    path("chat/<slug:key>/files/<str:token>/", files.download, name="file"),
    path("chat/<slug:key>/stream/", stream.stream, name="stream"),
]
