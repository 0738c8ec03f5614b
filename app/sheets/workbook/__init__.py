"""The workbook: every input of a plan in cells of its own, the plan with its charts, and the way back."""
