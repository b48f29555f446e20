FROM python:3.13-slim

# "postgres" adds the driver for several workers on one ledger: --build-arg DEPENDENCIES=postgres
ARG DEPENDENCIES=runtime

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore \
    INTAKE_CONFIG=/srv/intake/config

WORKDIR /srv/intake

# The locked packages first: this layer stays when only the code changes.
COPY requirements/ requirements/
RUN pip install --require-hashes -r requirements/${DEPENDENCIES}.txt

COPY pyproject.toml LICENSE NOTICE ./
COPY intake/ intake/
RUN pip install --no-deps --no-build-isolation .

# A fixed number, so that the owner of mounted folders can be set before the first start.
RUN useradd --system --uid 10001 --home-dir /srv/intake --shell /usr/sbin/nologin intake \
    && install -d -o intake -g intake -m 0700 var applications
COPY config/ config/

USER intake
# config: positions, rules and texts, read only. var: ledger and spool. applications: what was filed.
VOLUME ["/srv/intake/config", "/srv/intake/var", "/srv/intake/applications"]

# SIGTERM ends the worker between two effects; give it time (docker stop --time 60).
STOPSIGNAL SIGTERM
CMD ["intake", "run"]
