from django.db import migrations, models


def fill(apps, schema_editor):
    """Firms that were entered before: their blind index, from the code that stands beside it."""
    from tongban.parties.sealer import sealer

    blind, firm = sealer().blind, apps.get_model("parties", "Firm")
    some = []
    for row in firm.objects.only("uscc").iterator(chunk_size=2000):
        row.uscc_blind = blind("uscc", row.uscc)
        some.append(row)
        if len(some) == 2000:
            firm.objects.bulk_update(some, ["uscc_blind"])
            some = []
    firm.objects.bulk_update(some, ["uscc_blind"])


class Migration(migrations.Migration):
    dependencies = [("parties", "0002_mandates_on_paper")]

    operations = [
        migrations.AddField("firm", "uscc_blind", models.BinaryField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("firm", "uscc_blind", models.BinaryField(unique=True)),
    ]
