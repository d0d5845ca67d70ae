# The demo on an NVIDIA GPU. This file was written beside the code but not built on the machine the
# project was made on (no container engine there): treat the first build as a test of it.
#
#   docker build -t lora-land .
#   docker run --rm --gpus all -p 127.0.0.1:7860:7860 -v lora-land:/data lora-land
#
# Nothing is fetched when it runs: the mini base and its adapters are in the image.
FROM nvidia/cuda:13.0.1-runtime-ubuntu24.04

RUN apt-get update \
    && apt-get install -y --no-install-recommends python3 python3-venv \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home lora \
    && install -d -o lora -g lora /data

WORKDIR /srv/lora-land
COPY constraints.txt ./
# In a layer of its own: torch and its CUDA packages are several GB and change rarely.
RUN python3 -m venv /opt/lora-land \
    && /opt/lora-land/bin/pip install --no-cache-dir -c constraints.txt "$(grep '^torch==' constraints.txt)"
COPY . .
RUN /opt/lora-land/bin/pip install --no-cache-dir -c constraints.txt .

USER lora
ENV HF_HUB_OFFLINE=1 \
    GRADIO_ANALYTICS_ENABLED=False \
    LORA_LAND_HOME=/data \
    PATH=/opt/lora-land/bin:$PATH \
    PYTHONUNBUFFERED=1
# Ratings, and adapters that `lora-land tune` makes.
VOLUME /data
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s CMD \
    ["python3", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:7860/health', timeout=4)"]
CMD ["lora-land", "serve", "--host", "0.0.0.0", "--port", "7860"]
