from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations
from django.db.models import Index, Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("inbox", "0026_network_news"),
    ]

    operations = [
        AddIndexConcurrently(
            "identity",
            Index(fields=["replaced_by"], name="identity_replaced", condition=Q(replaced_by__isnull=False)),
        ),
    ]
