from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations
from django.db.models import Index, Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("inbox", "0021_webhooks"),
    ]

    operations = [
        AddIndexConcurrently(
            "clock",
            Index(fields=["due_at", "id"], name="clock_ticking", condition=Q(stopped_at=None, due_at__isnull=False)),
        ),
    ]
