"""Who is who, without a database: people and posts, areas, mandates, identity numbers, sealed fields."""
