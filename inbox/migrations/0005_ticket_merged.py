from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations
from django.db.models import Index, Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("inbox", "0004_sla_terms"),
    ]

    operations = [
        AddIndexConcurrently(
            "ticket",
            Index(fields=["merged_into"], name="ticket_merged", condition=Q(merged_into__isnull=False)),
        ),
    ]
