# One image for each part:  docker build --build-arg SERVICE=surveys .
# SERVICE is programs, surveys, reports or gateway; the image holds that part, the kit and the packages they need.

# ---- packages: the part of requirements.lock that this one needs, every file checked against its hash
FROM python:3.13-slim AS packages
ARG SERVICE
# For a site behind a mirror; without it pip asks where it always does.
ARG PIP_INDEX_URL
WORKDIR /build
COPY pyproject.toml requirements.lock ./
COPY ops/locked.py ops/
RUN python ops/locked.py "$SERVICE" > packages.txt \
 && python -m venv --without-pip /opt/tinjau \
 && python -m pip --python /opt/tinjau install --quiet --no-cache-dir --disable-pip-version-check \
      --no-deps --require-hashes --only-binary :all: -r packages.txt

# ---- tree: the kit and this part, nothing of the others
FROM python:3.13-slim AS tree
ARG SERVICE
WORKDIR /tree
COPY gateway gateway
COPY services services
RUN set -e; \
    case "$SERVICE" in \
      gateway) part=gateway module=gateway ;; \
      programs|surveys|reports) part="services/$SERVICE" module="services.$SERVICE" ;; \
      *) echo "SERVICE is programs, surveys, reports or gateway, not '$SERVICE'" >&2; exit 2 ;; \
    esac; \
    mkdir -p /app/services; \
    cp -r services/__init__.py services/kit /app/services/; \
    cp -r "$part" "/app/$part"; \
    echo "$module.app:create_app" > /app/application; \
    python -m compileall -q /app

# ---- the image
FROM python:3.13-slim
COPY --from=packages /opt/tinjau /opt/tinjau
COPY --from=tree /app /app
ENV PATH=/opt/tinjau/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
# A volume that is mounted here for the first time takes over whom the folder belongs to.
RUN install -d -o 10001 -g 10001 /var/lib/tinjau
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health/ready', timeout=4)"]
# Idle connections live longer here than in the gateway's pool, so that none closes under a request.
CMD ["sh", "-c", "exec python -P -m uvicorn \"$(cat /app/application)\" --factory --host 0.0.0.0 --port 8000 --loop uvloop --http services.kit.express:Express --no-access-log --no-server-header --timeout-keep-alive 75 --timeout-graceful-shutdown 5"]
