"""What a department does with its policies: drafts, trials, runs, who gained and who lost, withdrawals."""
