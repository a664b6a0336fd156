"""The desk's lists are read from indexes that are in their order: whose case a task is of is copied into its row."""

from django.db import migrations, models
from django.db.models.functions import Left

OF_CASES = """
UPDATE cases_task t SET case_department = c.department, guest = CASE WHEN t.department <> c.department THEN t.department ELSE '' END
FROM cases_case c WHERE c.id = t.case_id
"""


DISTRICTS = "CREATE STATISTICS task_districts ON (left(area, 6)) FROM cases_task"
"""What the server has to know to choose between the indexes: it does not learn it from one that holds open tasks only."""


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_counter")]
    operations = [
        migrations.AddIndex("case", models.Index(fields=["department", "service", "-id"], name="case_of_service")),
        migrations.AddField("task", "case_department", models.CharField(default="", max_length=80)),
        migrations.AddField("task", "guest", models.CharField(blank=True, default="", max_length=80)),
        migrations.RunSQL(OF_CASES, migrations.RunSQL.noop),
        migrations.AddIndex("task", models.Index(fields=["department", "due_on", "id"], name="task_department", condition=models.Q(is_open=True))),
        migrations.AddIndex(
            "task", models.Index("department", Left("area", 6), "due_on", "id", name="task_district", condition=models.Q(is_open=True))
        ),
        migrations.AddIndex(
            "task",
            models.Index("department", "role", Left("area", 6), "due_on", "id", name="task_queue_district", condition=models.Q(is_open=True)),
        ),
        migrations.AddIndex("task", models.Index(fields=["department", "area"], name="task_area", condition=models.Q(is_open=True))),
        migrations.AddIndex(
            "task", models.Index(fields=["case_department", "role", "due_on", "id"], name="task_waits", condition=models.Q(is_open=True))
        ),
        migrations.AddIndex(
            "task",
            models.Index(
                fields=["case_department", "due_on", "id"], name="task_elsewhere", condition=models.Q(is_open=True) & ~models.Q(guest="")
            ),
        ),
        migrations.AddIndex(
            "task",
            models.Index(
                fields=["department", "due_on", "id"], name="task_assigned", condition=models.Q(is_open=True, assigned_to__isnull=False)
            ),
        ),
        migrations.AddIndex("task", models.Index(fields=["guest", "case"], name="task_part", condition=~models.Q(guest=""))),
        migrations.RunSQL(DISTRICTS, "DROP STATISTICS task_districts"),
    ]
