# Two stages: the first installs the locked dependencies, the second takes only what runs.
FROM python:3.12-slim AS dependencies
WORKDIR /build
COPY requirements.lock .
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock \
    && /venv/bin/pip uninstall --yes --quiet pip

FROM python:3.12-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    OMP_NUM_THREADS=1 \
    OPENBLAS_NUM_THREADS=1 \
    BUDGET_HOST=0.0.0.0 \
    BUDGET_PORT=8000 \
    BUDGET_DATABASE_URL=sqlite:////data/budget.sqlite3
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 fonts-wqy-microhei \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin budget \
    && install --directory --owner=budget /data
VOLUME /data
WORKDIR /service
COPY --from=dependencies /venv /venv
COPY optimizer optimizer
COPY app app
COPY sample_data sample_data
USER budget
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['BUDGET_PORT'] + '/readyz', timeout=2)"]
STOPSIGNAL SIGTERM
CMD ["python", "-m", "app.cli", "serve"]
