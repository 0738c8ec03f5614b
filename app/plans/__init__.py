"""Plans kept: drafted from what is stored, approved by someone else, active, closed."""
