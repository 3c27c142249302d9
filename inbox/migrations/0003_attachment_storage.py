from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0002_whatsapp_in_full")]

    operations = [
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(
                condition=models.Q(("storage_key", ""), _negated=True),
                fields=["storage_key"],
                name="attachment_storage",
            ),
        ),
    ]
