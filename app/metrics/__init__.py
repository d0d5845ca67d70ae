"""What Prometheus is told. Owns names, labels and buckets; knows no route."""
