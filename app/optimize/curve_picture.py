"""The curves as one PNG: two in a row, each over the band of its range."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from app.dependencies import Language
from app.optimize.curve_page import LABELS
from app.optimize.curve_view import titled
from app.optimize.replies import CurveRead, CurvesReply
from app.optimize.words import Words

COLUMNS, MOST_CURVES = 2, 40  # beyond so many curves a picture cannot be read: the largest are drawn
WIDTH, HEIGHT = 640, 380  # of one curve's place, in pixels
LEFT, TOP, RIGHT, BOTTOM = 110, 44, 20, 40  # of it, for labels
TICKS = 4
PAPER, INK, FAINT, LINE, BAND = "#ffffff", "#222222", "#cccccc", "#0b62c4", "#cfe0f3"
FONTS = ("NotoSansCJK-Regular.ttc", "msyh.ttc", "PingFang.ttc", "DejaVuSans.ttf")  # the first that is there
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def curves_picture(reply: CurvesReply, language: Language) -> bytes:
    """The curves of a reply, those with the largest spend last month where there are many."""
    words = Words(language, reply.currency, reply.objective)
    drawn = reply.curves
    if len(drawn) > MOST_CURVES:
        drawn = sorted(drawn, key=lambda curve: -float(curve.last_spend or 0))[:MOST_CURVES]
    rows = -(-len(drawn) // COLUMNS)
    image = Image.new("RGB", (COLUMNS * WIDTH, rows * HEIGHT + TOP), PAPER)
    pen = ImageDraw.Draw(image)
    pen.text((LEFT, 10), LABELS["title"][language].format(month=reply.month), INK, font(22))
    for place, curve in enumerate(drawn):
        corner = place % COLUMNS * WIDTH, place // COLUMNS * HEIGHT + TOP
        Place(pen, corner, curve).draw(words, language)
    written = BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()


def font(size: int) -> Font:
    """A font of the machine that has Chinese letters where there is one, otherwise Pillow's own."""
    for name in FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


class Place:
    """Where one curve is drawn: its scale, and the strokes."""

    def __init__(self, pen: ImageDraw.ImageDraw, corner: tuple[int, int], curve: CurveRead) -> None:
        self.pen, self.corner, self.curve = pen, corner, curve
        self.end = curve.table[-1].spend
        self.top = max(point.high for point in curve.table) or 1.0

    def at(self, spend: float, response: float) -> tuple[float, float]:
        """The pixel of a spend and a response."""
        x = self.corner[0] + LEFT + spend / self.end * (WIDTH - LEFT - RIGHT)
        y = self.corner[1] + TOP + (1 - response / self.top) * (HEIGHT - TOP - BOTTOM)
        return x, y

    def draw(self, words: Words, language: Language) -> None:
        """Scale, band, marks, curve and name."""
        table = self.curve.table
        band = [self.at(p.spend, p.high) for p in table] + [self.at(p.spend, p.low) for p in reversed(table)]
        self.pen.polygon(band, fill=BAND)
        self._scale(words)
        self._mark(self.curve.last_spend, LABELS["last"][language], 0.06)
        self._mark(self.curve.observed_max_spend, LABELS["most"][language], 0.14)
        self.pen.line([self.at(p.spend, p.response) for p in table], LINE, 3, "curve")
        name = titled(self.curve, language)
        self.pen.text((self.corner[0] + LEFT, self.corner[1] + 14), name, INK, font(18))

    def _scale(self, words: Words) -> None:
        """Lines of equal response with their amounts, and amounts of spend below."""
        for k in range(TICKS + 1):
            response, spend = self.top * k / TICKS, self.end * k / TICKS
            ends = [self.at(0.0, response), self.at(self.end, response)]
            self.pen.line(ends, FAINT, 1)
            self.pen.text((ends[0][0] - 8, ends[0][1]), words.response(response), INK, font(13), "rm")
            anchor = "lt" if k == 0 else "rt" if k == TICKS else "mt"
            x, y = self.at(spend, 0.0)
            self.pen.text((x, y + 8), words.amount(spend), INK, font(13), anchor)

    def _mark(self, spend: object, label: str, height: float) -> None:
        """A thin upright at a spend, with its name beside it."""
        if spend is None or float(str(spend)) > self.end:
            return
        x, y = self.at(float(str(spend)), height * self.top)
        self.pen.line([(x, self.at(0.0, self.top)[1]), (x, self.at(0.0, 0.0)[1])], INK, 1)
        anchor = "rm" if x > self.corner[0] + 0.75 * WIDTH else "lm"
        self.pen.text((x + (-6 if anchor == "rm" else 6), y), label, INK, font(13), anchor)
