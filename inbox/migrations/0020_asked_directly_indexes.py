from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations
from django.db.models import Index, Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("inbox", "0019_asked_directly"),
    ]

    operations = [
        AddIndexConcurrently(
            "customer",
            Index(fields=["merged_into"], name="customer_merged", condition=Q(merged_into__isnull=False)),
        ),
        AddIndexConcurrently(
            "invitation",
            Index(fields=["reminder"], name="invitation_reminded", condition=Q(reminder__isnull=False)),
        ),
    ]
