from django.db import migrations, models

_FILL = """
UPDATE inbox_contact c SET bsuid = i.value
FROM (
    SELECT DISTINCT ON (contact_id) contact_id, value FROM inbox_contactidentity
    WHERE kind = 'bsuid' ORDER BY contact_id, id DESC
) i
WHERE i.contact_id = c.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0004_changes_by_name"),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="bsuid",
            field=models.CharField(blank=True, max_length=200, null=True),
        ),
        # Until they write again: the newest one, which was answered before.
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
    ]
