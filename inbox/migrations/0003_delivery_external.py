from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("inbox", "0002_mail_channel"),
    ]

    operations = [
        AddIndexConcurrently("delivery", GinIndex(fields=["external_ids"], name="delivery_external")),
    ]
