import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

#: What was asked until now was effort on a scale where high is good: ease of 75 and more is good, up to 33 unhappy.
_KEEP = """
UPDATE inbox_survey SET delays = jsonb_build_object('email', delay_seconds, 'messaging', 600, 'phone', 3600);
UPDATE inbox_surveyversion AS version SET
    good_scores = (
        SELECT coalesce(jsonb_agg(score), '[]') FROM generate_series(scale_min::int, scale_max::int) AS score
        WHERE (score - scale_min) * 100.0 / (scale_max - scale_min) >= 75
    ),
    unhappy_scores = (
        SELECT coalesce(jsonb_agg(score), '[]') FROM generate_series(scale_min::int, scale_max::int) AS score
        WHERE (score - scale_min) * 100.0 / (scale_max - scale_min) <= 33.34
    );
UPDATE inbox_invitation AS invitation SET channel_id = ticket.channel_id
    FROM inbox_ticket AS ticket WHERE ticket.id = invitation.ticket_id;
UPDATE inbox_answer AS answer SET sentiment = CASE
        WHEN version.unhappy_scores @> to_jsonb(answer.score) THEN 'unhappy'
        WHEN version.good_scores @> to_jsonb(answer.score) THEN 'happy'
        ELSE 'neutral' END
    FROM inbox_invitation AS invitation, inbox_surveyversion AS version
    WHERE invitation.id = answer.invitation_id AND version.id = invitation.version_id;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0011_no_merges"),
    ]

    operations = [
        migrations.CreateModel(
            name="FollowUpTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("opened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("told_late_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(blank=True, max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name="LinkHit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("view", "Opened"),
                            ("head", "Checked by a program"),
                            ("burst", "All links at once"),
                            ("trap", "Link that no person sees"),
                            ("refused", "Form sent by a program"),
                        ],
                        max_length=8,
                    ),
                ),
                ("visitor", models.CharField(max_length=16)),
                ("score", models.SmallIntegerField(null=True)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Theme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, unique=True)),
                ("words", models.JSONField(default=dict)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="ThemeLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("texts", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("sending", "Sending"), ("sent", "Sent")],
                        default="draft",
                        max_length=8,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("sent_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ThemeLetterCopy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("left_out_because", models.CharField(blank=True, max_length=20)),
            ],
            options={
                "verbose_name_plural": "theme letter copies",
            },
        ),
        migrations.CreateModel(
            name="ThemeMention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_denied", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.AddField(
            model_name="answer",
            name="said",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="answer",
            name="sentiment",
            field=models.CharField(
                choices=[("happy", "Happy"), ("neutral", "Neutral"), ("unhappy", "Unhappy")],
                default="neutral",
                max_length=8,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="answer",
            name="source",
            field=models.CharField(
                choices=[("page", "Survey page"), ("channel", "In the conversation")], default="page", max_length=8
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="channel",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inbox.channel"
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="remind_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="invitation",
            name="reminded_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="invitation",
            name="suppressed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="suppressed_note",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="survey",
            name="accent",
            field=models.CharField(blank=True, max_length=7),
        ),
        migrations.AddField(
            model_name="survey",
            name="delays",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="survey",
            name="deleted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="survey",
            name="follow_up_within",
            field=models.PositiveIntegerField(default=28800),
        ),
        migrations.AddField(
            model_name="survey",
            name="logo",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="survey",
            name="moment",
            field=models.CharField(
                choices=[("resolution", "After a ticket was resolved"), ("schedule", "By a schedule")],
                default="resolution",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="survey",
            name="reminder_days",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="survey",
            name="share",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="surveyversion",
            name="follow_ups",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="surveyversion",
            name="good_scores",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="surveyversion",
            name="is_anonymous",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="surveyversion",
            name="made_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="surveyversion",
            name="next_steps",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="surveyversion",
            name="template",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="surveyversion",
            name="unhappy_scores",
            field=models.JSONField(default=list),
        ),
        migrations.RunSQL(_KEEP, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name="survey",
            name="delay_seconds",
        ),
        migrations.AlterField(
            model_name="invitation",
            name="channel",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inbox.channel"),
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
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="ticket",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="invitations", to="inbox.ticket"
            ),
        ),
        migrations.AlterField(
            model_name="ticketevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("created", "Created"),
                    ("received", "Customer wrote"),
                    ("automatic_received", "Automatic mail"),
                    ("acknowledged", "Automatic answer"),
                    ("imported", "Imported"),
                    ("thanked", "Customer said thanks"),
                    ("replied", "Reply"),
                    ("noted", "Note"),
                    ("called", "Call"),
                    ("opened", "Opened"),
                    ("pended", "Waiting for the customer"),
                    ("held", "On hold"),
                    ("resolved", "Resolved"),
                    ("reopened", "Reopened"),
                    ("closed", "Closed"),
                    ("prioritized", "Priority changed"),
                    ("assigned", "Assigned"),
                    ("team_changed", "Team changed"),
                    ("tagged", "Tagged"),
                    ("untagged", "Tag removed"),
                    ("policy_applied", "Policy applied"),
                    ("no_reply_needed", "No reply needed"),
                    ("marked_spam", "Marked as spam"),
                    ("unmarked_spam", "Not spam"),
                    ("merged", "Merged"),
                    ("unmerged", "Merge undone"),
                    ("renamed", "Subject changed"),
                    ("customer_changed", "Customer changed"),
                    ("reply_scheduled", "Reply scheduled"),
                    ("reply_held", "Scheduled reply held back"),
                    ("joined", "Participant joined"),
                    ("followed_up", "Follow-up opened"),
                    ("delivery_settled", "Delivery"),
                    ("reply_withdrawn", "Reply taken back"),
                    ("clock_warned", "Target close"),
                    ("clock_breached", "Target missed"),
                    ("escalated", "Escalated"),
                    ("survey_scheduled", "Survey scheduled"),
                    ("survey_suppressed", "Survey not sent"),
                    ("survey_sent", "Survey sent"),
                    ("survey_cancelled", "Survey cancelled"),
                    ("survey_answered", "Survey answered"),
                    ("survey_reminded", "Reminded of the survey"),
                    ("task_opened", "Follow-up due"),
                    ("task_assigned", "Follow-up handed over"),
                    ("task_done", "Followed up"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="ActionItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200)),
                ("due_on", models.DateField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "To do"), ("done", "Done"), ("dropped", "Dropped")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="action_items",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Campaign",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("segments", models.JSONField(default=list)),
                ("languages", models.JSONField(default=list)),
                ("active_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("every_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("is_active", models.BooleanField(default=True)),
                ("next_run_at", models.DateTimeField(blank=True, null=True)),
                ("runs", models.PositiveSmallIntegerField(default=0)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inbox.channel"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="campaigns", to="inbox.survey"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="invitation",
            name="campaign",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="invitations", to="inbox.campaign"
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                fields=("campaign", "cycle", "customer"), name="a_customer_is_asked_once_in_a_run"
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("campaign", None), ("ticket__isnull", False)),
                    models.Q(("campaign__isnull", False), ("ticket", None)),
                    _connector="OR",
                ),
                name="an_invitation_is_of_a_ticket_or_a_campaign",
            ),
        ),
        migrations.AddField(
            model_name="followuptask",
            name="done_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="followuptask",
            name="invitation",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="follow_up_task", to="inbox.invitation"
            ),
        ),
        migrations.AddField(
            model_name="followuptask",
            name="owner",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="follow_up_tasks",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="followuptask",
            name="team",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="inbox.team"
            ),
        ),
        migrations.AddField(
            model_name="linkhit",
            name="invitation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="hits", to="inbox.invitation"
            ),
        ),
        migrations.AddField(
            model_name="theme",
            name="made_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="actionitem",
            name="theme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="action_items", to="inbox.theme"
            ),
        ),
        migrations.AddField(
            model_name="themeletter",
            name="action_item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="letters", to="inbox.actionitem"
            ),
        ),
        migrations.AddField(
            model_name="themeletter",
            name="made_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="themelettercopy",
            name="customer",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inbox.customer"),
        ),
        migrations.AddField(
            model_name="themelettercopy",
            name="letter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="copies", to="inbox.themeletter"
            ),
        ),
        migrations.AddField(
            model_name="themelettercopy",
            name="message",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="inbox.message"
            ),
        ),
        migrations.AddField(
            model_name="themelettercopy",
            name="ticket",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="inbox.ticket"),
        ),
        migrations.AddField(
            model_name="thememention",
            name="agent",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="thememention",
            name="invitation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="themes", to="inbox.invitation"
            ),
        ),
        migrations.AddField(
            model_name="thememention",
            name="theme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="mentions", to="inbox.theme"
            ),
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(
                condition=models.Q(("deleted_at", None), ("is_active", True)),
                fields=["next_run_at"],
                name="campaign_due",
            ),
        ),
        migrations.AddIndex(
            model_name="followuptask",
            index=models.Index(condition=models.Q(("done_at", None)), fields=["due_at", "id"], name="follow_up_open"),
        ),
        migrations.AddIndex(
            model_name="followuptask",
            index=models.Index(
                condition=models.Q(("done_at", None)), fields=["owner", "due_at"], name="follow_up_owner"
            ),
        ),
        migrations.AddIndex(
            model_name="linkhit",
            index=models.Index(fields=["invitation", "-at"], name="hit_of_invitation"),
        ),
        migrations.AddIndex(
            model_name="linkhit",
            index=models.Index(fields=["at"], name="hit_newest"),
        ),
        migrations.AddConstraint(
            model_name="themeletter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "draft")), fields=("action_item",), name="an_action_has_one_drafted_letter"
            ),
        ),
        migrations.AddIndex(
            model_name="themelettercopy",
            index=models.Index(
                condition=models.Q(("left_out_because", ""), ("message", None)),
                fields=["letter"],
                name="letter_copy_to_send",
            ),
        ),
        migrations.AddConstraint(
            model_name="themelettercopy",
            constraint=models.UniqueConstraint(fields=("letter", "customer"), name="a_customer_is_told_once"),
        ),
        migrations.AddConstraint(
            model_name="thememention",
            constraint=models.UniqueConstraint(fields=("theme", "invitation"), name="a_theme_is_in_an_answer_once"),
        ),
    ]
