"""What looks after templates: pause and top-up with a history, alerts before anything runs out, reminders, issues to many."""
