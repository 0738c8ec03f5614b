"""A made-up online shop to plan for: `README.md` here says what each file and column holds."""

from pathlib import Path

FOLDER = Path(__file__).parent
