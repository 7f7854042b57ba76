"""Pictures of agents: what may be one, keeping it, taking it away. Colleagues see them, and customers in a chat."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.common.pictures import picture_size, picture_type
from inbox.tickets.files import forget_unused, open_blob, store

LONGEST = 1024 * 1024
SMALLEST, WIDEST = 64, 4096


class InvalidPicture(ValueError):
    """A file that can't be an agent's picture; says why in the language of the moment."""


def set_picture(agent: Agent, content: bytes | None, *, by: Agent) -> Agent:
    """Show this picture of an agent, who is `by` himself; None takes it away. Raises `InvalidPicture`."""
    if agent.pk != by.pk:
        raise PermissionError("Everybody chooses his own picture.")
    kept = _keep(content) if content is not None else ""
    with transaction.atomic():
        stored = Agent.objects.select_for_update().get(pk=agent.pk)
        before, stored.picture = stored.picture, kept
        stored.save(update_fields=["picture"])
        if before and before != kept:
            transaction.on_commit(lambda: forget_unused([before]))
    agent.picture = kept
    return agent


def picture_of(sha256: str) -> tuple[bytes, str] | None:
    """The bytes of an agent's picture and their type; None where no agent has it."""
    if not Agent.objects.filter(picture=sha256).exists():
        return None
    try:
        with open_blob(sha256) as file:
            content = file.read()
    except FileNotFoundError:
        return None
    return content, picture_type(content) or "application/octet-stream"


def _keep(content: bytes) -> str:
    if not content:
        raise InvalidPicture(_("Choose a file."))
    if len(content) > LONGEST:
        raise InvalidPicture(_("A picture has 1 MB at most."))
    size = picture_size(content)
    if size is None:
        raise InvalidPicture(_("This is no picture that browsers show. Use PNG, JPEG or WebP."))
    if not all(SMALLEST <= length <= WIDEST for length in size):
        raise InvalidPicture(_("A picture is between 64 and 4096 pixels wide and high."))
    return store(content, filename="picture", content_type=picture_type(content), kind="image").sha256
