from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations
from django.db.models import Index, Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("inbox", "0028_chat_given"),
    ]

    operations = [
        AddIndexConcurrently(
            "ticket",
            Index(
                fields=["channel", "waiting_since", "last_message_at"],
                name="ticket_active_channel",
                condition=Q(
                    deleted_at=None,
                    is_spam=False,
                    snoozed_until=None,
                    state__in=["new", "open", "pending", "on_hold"],
                ),
            ),
        ),
    ]
