"""The vendor's own library for Python, calling every operation of PAI's dataset jobs, and creating a job with each action.

`calls.py URL` calls a sandbox and checks what comes back. `calls.py --record` calls a server of its own that answers everything, and
prints the requests as JSON: what this library sends is what our client is compared with in `tests/wire`.
"""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qsl, urlsplit

from alibabacloud_aiworkspace20210204 import models
from alibabacloud_aiworkspace20210204.client import Client
from alibabacloud_tea_openapi.models import Config

WORKSPACE = "100001"
VECTOR = {"shards": 1, "similarity": "cosine", "indexType": "hnsw", "indexOptions": {"m": 16, "efConstruction": 200}}
ATTRIBUTES = "FileName,Uri,FileFingerPrint,DataSize,FileType,ContentType"
SPECS = [
    ("SemanticIndex", {"contentList": ["file"], "modelId": "model-1", "modelVersion": "1.0.0", "vectorIndexConfig": json.dumps(VECTOR, separators=(",", ":")), "concurrency": 2}),
    ("IntelligentTag", {"modelId": "qwen-vl-max", "intelligentTagConnectionId": "connection-1", "promptId": "prompt-1"}),
    ("FileMetaExport", {"exportDirUri": "oss://bucket-1/path/", "query": {"QueryType": "MIX", "QueryText": "ein roter Drachen é 文", "TopK": 10}, "filteredAttributes": "Uri,FileName"}),
    ("FileMetaBuild", {}),
    ("IntelligentTagRevert", {"intelligentTagJobId": "job-1"}),
    ("FileMetaImport", {"srcDatasetId": "dataset-2", "srcDatasetVersion": "v1", "srcWorkspaceId": WORKSPACE, "filteredAttributes": ATTRIBUTES, "importMode": "append"}),
    ("FileMetaImport", {"manifestUri": "oss://bucket-1/path/pai_dataset_filemeta_manifest.yaml", "importMode": "replace"}),
]


def text(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def client(url):
    return Client(Config(access_key_id="access-key-1", access_key_secret="your-secret", endpoint=urlsplit(url).netloc, protocol="http"))


def create(pai, dataset, action, spec):
    body = models.CreateDatasetJobRequest(
        dataset_version="v1", workspace_id=WORKSPACE, job_action=action, job_mode="Full", description="Eins & zwei + drei.", job_spec=text(spec)
    )
    return pai.create_dataset_job(dataset, body).body


def everything(pai, dataset):
    """Calls every operation; gives the replies by the names of the operations."""
    jobs = [create(pai, dataset, action, spec) for action, spec in SPECS]
    job = jobs[0].dataset_job_id or "job-1"
    index = models.CreateDatasetJobConfigRequest(
        workspace_id=WORKSPACE, config_type="MultimodalSemanticIndex", config=text({"defaultModelId": "model-1"}), dataset_version="v1"
    )
    config = pai.create_dataset_job_config(dataset, index).body.dataset_job_config_id or "config-1"
    listed = models.ListDatasetJobsRequest(
        dataset_version="v1", workspace_id=WORKSPACE, job_action="SemanticIndex", page_number=1, page_size=50, order="ASC", sort_by="CreateTime"
    )
    tag = models.UpdateDatasetJobConfigRequest(
        workspace_id=WORKSPACE, config_type="MultimodalSemanticIndex", config=text({"defaultModelId": "model-2"})
    )
    return {
        "created": jobs,
        "list": pai.list_dataset_jobs(dataset, listed).body,
        "list_all": pai.list_dataset_jobs(dataset, models.ListDatasetJobsRequest()).body,
        "get": pai.get_dataset_job(dataset, job, models.GetDatasetJobRequest(dataset_version="v1", workspace_id=WORKSPACE)).body,
        "update": pai.update_dataset_job(dataset, job, models.UpdateDatasetJobRequest(description="Neu.", workspace_id=WORKSPACE)).body,
        "stop": pai.stop_dataset_job(dataset, job, models.StopDatasetJobRequest(workspace_id=WORKSPACE)).body,
        "stopped": pai.get_dataset_job(dataset, job, models.GetDatasetJobRequest()).body,
        "delete": pai.delete_dataset_job(dataset, job, models.DeleteDatasetJobRequest()).body,
        "configs": pai.list_dataset_job_configs(
            dataset, models.ListDatasetJobConfigsRequest(workspace_id=WORKSPACE, config_type="MultimodalSemanticIndex", page_number="1", page_size="50")
        ).body,
        "config": pai.get_dataset_job_config(dataset, config, models.GetDatasetJobConfigRequest(workspace_id=WORKSPACE)).body,
        "update_config": pai.update_dataset_job_config(dataset, config, tag).body,
        "delete_config": pai.delete_dataset_job_config(dataset, config, models.DeleteDatasetJobConfigRequest(workspace_id=WORKSPACE)).body,
    }


def check(url):
    told = everything(client(url), "dataset-1")
    ids = [job.dataset_job_id for job in told["created"]]
    assert len(set(ids)) == len(SPECS) and all(ids), ids
    actions = [job.job_action for job in told["list_all"].dataset_jobs]
    assert sorted(actions) == sorted(action for action, _ in SPECS), actions
    assert [job.dataset_job_id for job in told["list"].dataset_jobs] == ids[:1]
    assert told["get"].job_action == "SemanticIndex" and json.loads(told["get"].job_spec) == SPECS[0][1]
    assert told["stopped"].status == "ManuallyStop", told["stopped"].status
    assert json.loads(told["config"].config) == {"defaultModelId": "model-1"}
    assert len(told["configs"].dataset_job_configs) == 1
    assert all(reply.request_id for name, reply in told.items() if name not in ("created",))
    print(f"the vendor's library: {len(SPECS) + len(told)} calls, all answered as expected")


def record():
    requests = []

    class Recorder(BaseHTTPRequestHandler):
        def answer(self):
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            target = urlsplit(self.path)
            wire = {"method": self.command, "path": target.path, "query": dict(parse_qsl(target.query, keep_blank_values=True))}
            if body:
                wire["body"] = json.loads(body)
            requests.append({"action": self.headers["x-acs-action"], "wire": wire})
            reply = b"{}"
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        do_GET = do_POST = do_PUT = do_DELETE = answer

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Recorder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    everything(client(f"http://127.0.0.1:{server.server_port}"), "dataset-1")
    server.shutdown()
    print(json.dumps(requests, indent=2, ensure_ascii=False))


record() if sys.argv[1] == "--record" else check(sys.argv[1])
