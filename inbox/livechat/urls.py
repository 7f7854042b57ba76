"""Addresses of the chat widget. `key` is the channel's public key."""

from django.urls import path

from inbox.livechat.views import conversation, ending, files, frame, leaving, loader, messages, sessions, stream

app_name = "livechat"
urlpatterns = [
    path("chat.js", loader.loader, name="loader"),
    path("chat/<slug:key>/start.js", loader.start, name="start"),
    path("chat/<slug:key>/frame/", frame.frame, name="frame"),
    path("chat/<slug:key>/config/", frame.config, name="config"),
    path("chat/<slug:key>/logo/<slug:sha256>/", frame.logo, name="logo"),
    path("chat/<slug:key>/try/", frame.try_page, name="try"),
    path("chat/<slug:key>/session/", sessions.session, name="session"),
    path("chat/<slug:key>/steps/", sessions.steps, name="steps"),
    path("chat/<slug:key>/conversation/", conversation.conversation, name="conversation"),
    path("chat/<slug:key>/messages/", messages.messages, name="messages"),
    path("chat/<slug:key>/typing/", conversation.typing, name="typing"),
    path("chat/<slug:key>/end/", ending.end, name="end"),
    path("chat/<slug:key>/read/", conversation.read, name="read"),
    path("chat/<slug:key>/files/", files.upload, name="upload"),
    path("chat/<slug:key>/pictures/<slug:sha256>/", files.picture, name="picture"),
    path("chat/<slug:key>/files/<str:token>/", files.download, name="file"),
    path("chat/<slug:key>/contact/", leaving.contact, name="contact"),
    path("chat/<slug:key>/transcript/", leaving.transcript, name="transcript"),
    path("chat/<slug:key>/survey/", leaving.survey, name="survey"),
    path("chat/<slug:key>/stream/", stream.stream, name="stream"),
]
