from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations
from django.db.models import Index, Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("inbox", "0016_ticket_merged_into"),
    ]

    operations = [
        ValidateConstraint("ticket", "a_merged_ticket_is_closed"),
        AddIndexConcurrently(
            "ticket",
            Index(fields=["merged_into"], name="ticket_merged", condition=Q(merged_into__isnull=False)),
        ),
    ]
