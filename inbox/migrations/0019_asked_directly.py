import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0018_follow_ups_and_letters"),
    ]

    operations = [
        migrations.CreateModel(
            name="CustomerMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("merged_at", models.DateTimeField()),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("moved", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="DirectMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("deaths", models.PositiveSmallIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField(blank=True, null=True)),
                ("lease_token", models.UUIDField(blank=True, null=True)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("client_ref", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "Sending"),
                            ("sending", "Sending"),
                            ("sent", "Sent"),
                            ("delivered", "Delivered"),
                            ("read", "Read"),
                            ("failed", "Failed"),
                            ("bounced", "Bounced"),
                            ("unconfirmed", "Unconfirmed"),
                            ("cancelled", "Taken back"),
                        ],
                        default="queued",
                        max_length=12,
                    ),
                ),
                ("queued_at", models.DateTimeField()),
                ("handed_over_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "external_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=998), default=list, size=None
                    ),
                ),
                ("fault", models.CharField(blank=True, max_length=20)),
                ("reason", models.TextField(blank=True)),
            ],
        ),
        migrations.AddField(
            model_name="campaign",
            name="position",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="customer",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="merged",
                to="inbox.customer",
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="reminder",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="inbox.message",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="is_public",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="suppressed_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("no_human_reply", "Resolved without a reply from a person"),
                    ("spam", "Spam"),
                    ("asked_lately", "Asked within the last days"),
                    ("opted_out", "Does not want surveys"),
                    ("erased", "Customer was erased"),
                    ("automatic_sender", "Only automatic mail"),
                    ("no_address", "No address to ask at"),
                    ("sampled_out", "Not in the sample"),
                    ("survey_off", "No survey is switched on"),
                    ("no_customer", "The customer never wrote"),
                    ("public", "A public comment or review"),
                    ("internal", "An internal ticket"),
                    ("by_agent", "Held back by a person"),
                    ("merged", "Merged into another ticket"),
                    ("deleted", "Deleted"),
                    ("window_closed", "The network lets us answer no longer"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="customermerge",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="customermerge",
            name="into",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="inbox.customer"),
        ),
        migrations.AddField(
            model_name="customermerge",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="merges", to="inbox.customer"
            ),
        ),
        migrations.AddField(
            model_name="directmail",
            name="channel",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inbox.channel"),
        ),
        migrations.AddField(
            model_name="directmail",
            name="identity",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="inbox.identity"
            ),
        ),
        migrations.AddField(
            model_name="directmail",
            name="invitation",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="direct_mail",
                to="inbox.invitation",
            ),
        ),
        migrations.AddField(
            model_name="directmail",
            name="reminds_of",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="direct_reminder",
                to="inbox.invitation",
            ),
        ),
        migrations.AddConstraint(
            model_name="customermerge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at", None)), fields=("source",), name="a_customer_is_merged_into_one"
            ),
        ),
        migrations.AddIndex(
            model_name="directmail",
            index=django.contrib.postgres.indexes.GinIndex(fields=["external_ids"], name="direct_mail_external"),
        ),
        migrations.AddIndex(
            model_name="directmail",
            index=models.Index(
                condition=models.Q(("status__in", ["queued", "sending"])),
                fields=["next_attempt_at", "id"],
                name="direct_mail_due",
            ),
        ),
        migrations.AddIndex(
            model_name="directmail",
            index=models.Index(
                condition=models.Q(("status__in", ["failed", "bounced", "unconfirmed"])),
                fields=["channel", "status"],
                name="direct_mail_troubled",
            ),
        ),
        migrations.AddConstraint(
            model_name="directmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("invitation__isnull", False), ("reminds_of", None)),
                    models.Q(("invitation", None), ("reminds_of__isnull", False)),
                    _connector="OR",
                ),
                name="a_direct_mail_asks_or_reminds",
            ),
        ),
    ]
