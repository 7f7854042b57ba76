from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations
from django.db.models import F, Index, Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("inbox", "0034_network_composer"),
    ]

    operations = [
        AddIndexConcurrently(
            "ticket",
            Index(
                F("window_closes_at").asc(nulls_last=True),
                F("id").asc(),
                name="ticket_active_window",
                condition=Q(
                    deleted_at=None,
                    is_spam=False,
                    snoozed_until=None,
                    state__in=["new", "open", "pending", "on_hold"],
                ),
            ),
        ),
    ]
