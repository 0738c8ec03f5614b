"""Plans as a spreadsheet's cells read them: one number, one row, or a table per address."""
