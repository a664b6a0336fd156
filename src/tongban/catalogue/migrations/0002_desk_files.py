from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]

    operations = [
        migrations.AddField("publishing", "files", models.JSONField(default=list)),
        migrations.AddField("publishing", "carried", models.JSONField(default=list)),
    ]
