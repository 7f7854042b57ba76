import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0025_greeter_and_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountNews",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("details", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "account news",
            },
        ),
        migrations.CreateModel(
            name="MessageReaction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("emoji", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="identity",
            name="blocked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="identity",
            name="opted_out_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="identity",
            name="replaced_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="replaced",
                to="inbox.identity",
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
                    ("snoozed", "Snoozed"),
                    ("unsnoozed", "Back from snooze"),
                    ("deleted", "Deleted"),
                    ("restored", "Restored"),
                    ("merged", "Merged"),
                    ("unmerged", "Merge undone"),
                    ("merged_in", "Another ticket merged into it"),
                    ("unmerged_out", "Taken out again"),
                    ("split_off", "Split off"),
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
                    ("task_late", "Follow-up late"),
                    ("told", "Told what came of it"),
                    ("message_edited", "Message changed"),
                    ("message_deleted", "Message deleted"),
                    ("reacted", "Reacted with an emoji"),
                    ("chat_ended", "Customer ended the chat"),
                    ("chat_idle", "Asked whether he is still there"),
                    ("chat_mailed", "Answer mailed to the visitor"),
                    ("bot_said", "Greeter bot"),
                    ("bot_left", "Greeter bot handed over"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="accountnews",
            name="channel",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="news", to="inbox.channel"
            ),
        ),
        migrations.AddField(
            model_name="messagereaction",
            name="identity",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="inbox.identity"),
        ),
        migrations.AddField(
            model_name="messagereaction",
            name="message",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="reactions", to="inbox.message"
            ),
        ),
        migrations.AddIndex(
            model_name="accountnews",
            index=models.Index(fields=["channel", "-at", "-id"], name="account_news_newest"),
        ),
        migrations.AddConstraint(
            model_name="messagereaction",
            constraint=models.UniqueConstraint(
                fields=("message", "identity", "emoji"), name="an_emoji_is_put_on_a_message_once_by_each"
            ),
        ),
    ]
