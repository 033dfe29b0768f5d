{{/* Labels of every object. */}}
{{- define "weft.labels" -}}
app.kubernetes.io/name: weft
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: weft
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* What selects the pods of a component; never changed, for selectors are immutable. Takes the component's name. */}}
{{- define "weft.selector" -}}
app.kubernetes.io/name: weft
app.kubernetes.io/component: {{ . }}
{{- end }}

{{/* The agents' namespace. */}}
{{- define "weft.agentsNamespace" -}}
{{ .Values.namespaces.agents }}
{{- end }}

{{/* An image's reference: list of the root context and the component's image values. A digest wins over a tag. */}}
{{- define "weft.image" -}}
{{- $root := index . 0 }}
{{- $image := index . 1 }}
{{- with $root.Values.image.registry }}{{ . }}/{{ end }}
{{- $image.repository }}
{{- if $image.digest }}@{{ $image.digest }}{{ else }}:{{ $image.tag | default $root.Values.image.tag | default $root.Chart.AppVersion }}{{ end }}
{{- end }}

{{/* Where the API server is, for clusters whose nodes can't reach the Service `kubernetes` before there is a network. */}}
{{- define "weft.apiServer" -}}
{{- with .Values.apiServer.host -}}
- name: KUBERNETES_SERVICE_HOST
  value: {{ . | quote }}
- name: KUBERNETES_SERVICE_PORT
  value: {{ $.Values.apiServer.port | quote }}
{{- end }}
{{- end }}

{{/* A second address of the API server for agents, as host:port; kubeadm names one in kube-public/cluster-info. */}}
{{- define "weft.apiServerFallback" -}}
{{- if .Values.apiServer.fallback -}}
{{- .Values.apiServer.fallback -}}
{{- else if not .Values.apiServer.host -}}
{{- $info := lookup "v1" "ConfigMap" "kube-public" "cluster-info" -}}
{{- with dig "data" "kubeconfig" "" ($info | default dict) -}}
{{- with (fromYaml .).clusters -}}
{{- $host := (urlParse (dig "cluster" "server" "" (first .))).host -}}
{{- if regexMatch ":[0-9]+$" $host }}{{ $host }}{{ else if $host }}{{ $host }}:443{{ end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Where the agents listen. */}}
{{- define "weft.agentHttpAddress" -}}
{{- .Values.agent.httpAddress | default "127.0.0.1:9586" }}
{{- end }}

{{/* The port of the agents' address. */}}
{{- define "weft.agentHttpPort" -}}
{{- include "weft.agentHttpAddress" . | splitList ":" | last }}
{{- end }}

{{/* The host that kubelet probes an agent at: loopback where the agent listens there alone, else the node's address. */}}
{{- define "weft.agentProbeHost" -}}
{{- $host := include "weft.agentHttpAddress" . | trimSuffix (printf ":%s" (include "weft.agentHttpPort" .)) }}
{{- if not (has $host (list "" "0.0.0.0" "[::]")) -}}
host: {{ $host | trimPrefix "[" | trimSuffix "]" | quote }}
{{- end }}
{{- end }}

{{/* Where programs look for what kubelet gives every pod that mounts its account's token. */}}
{{- define "weft.tokenMount" -}}
- name: token
  mountPath: /var/run/secrets/kubernetes.io/serviceaccount
  readOnly: true
{{- end }}

{{/*
The token that kubelet would mount, bound to the pod, so that it names the node. API servers make those with its own lifetime (3607 s)
valid for up to a year; any other lifetime is kept. Kubelet replaces the file at 80 % of it.
*/}}
{{- define "weft.tokenVolume" -}}
- name: token
  projected:
    sources:
      - serviceAccountToken:
          path: token
          expirationSeconds: {{ .Values.tokenLifetimeSeconds }}
      - configMap:
          name: kube-root-ca.crt
          items: [{key: ca.crt, path: ca.crt}]
      - downwardAPI:
          items: [{path: namespace, fieldRef: {apiVersion: v1, fieldPath: metadata.namespace}}]
{{- end }}

{{- define "weft.pullSecrets" -}}
{{- with .Values.image.pullSecrets -}}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- /* Annotations of objects that neither Helm nor Argo CD nor Flux may delete. */ -}}
{{- define "weft.keep" -}}
helm.sh/resource-policy: keep
argocd.argoproj.io/sync-options: Prune=false,Delete=false
kustomize.toolkit.fluxcd.io/prune: disabled
{{- end }}

{{- /* A renamed mesh would be a second one beside the first, which is kept. Only where Helm reads the cluster. */ -}}
{{- define "weft.refuseSecondMesh" -}}
{{- if .Capabilities.APIVersions.Has "weft.dev/v1alpha1" }}
{{- range (lookup "weft.dev/v1alpha1" "WireGuardMesh" "" "").items }}
{{- if and (ne .metadata.name $.Values.mesh.name) (eq (dig "annotations" "meta.helm.sh/release-name" "" .metadata) $.Release.Name) }}
{{- fail (printf "mesh.name is %s, but this release has made WireGuardMesh %s: a mesh cannot be renamed; set mesh.name=%s, or mesh.create=false and make the second mesh by hand" $.Values.mesh.name .metadata.name .metadata.name) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* Two CNIs that both attach pods leave some of them without network. Only where Helm reads the cluster. */ -}}
{{- define "weft.refuseOtherCNI" -}}
{{- $spec := .Values.mesh.spec | default dict }}
{{- $overlay := $spec.overlay | default "None" }}
{{- $external := eq ($spec.podNetwork | default (ternary "Weft" "External" (eq $overlay "None"))) "External" }}
{{- $attaches := and (dig "cni" "enabled" true $spec) (not $external) }}
{{- $fix := "set mesh.spec.podNetwork=External if it goes on attaching the pods (presets beside-cni and k3s-flannel), or mesh.replaceOtherCNI=true if you take it away (docs/coexistence.md)" }}
{{- if and $attaches (not .Values.mesh.replaceOtherCNI) }}
{{- $known := list "antrea-agent" "aws-node" "azure-cni" "azure-cns" "calico-node" "canal" "cilium" "kindnet" "kube-flannel" "kube-flannel-ds" "kube-ovn-cni" "kube-router" "netd" "ovnkube-node" "weave-net" }}
{{- range (lookup "apps/v1" "DaemonSet" "" "").items }}
{{- if has .metadata.name $known }}
{{- fail (printf "DaemonSet %s/%s is another CNI, and Weft would attach pods, too: %s" .metadata.namespace .metadata.name $fix) }}
{{- end }}
{{- end }}
{{- /* flannel inside of k3s is no DaemonSet; it leaves its mark on the Nodes, where it stays when flannel is gone. Where Weft attaches
pods already, the mark says nothing. */ -}}
{{- $mesh := lookup "weft.dev/v1alpha1" "WireGuardMesh" "" .Values.mesh.name | default dict }}
{{- $beside := or (eq (dig "spec" "podNetwork" "" $mesh) "External") (ne (dig "spec" "overlay" "None" $mesh) "None") }}
{{- if or (empty $mesh) $beside }}
{{- range (lookup "v1" "Node" "" "").items }}
{{- if hasKey (.metadata.annotations | default dict) "flannel.alpha.coreos.com/backend-type" }}
{{- fail (printf "Node %s has flannel (annotation flannel.alpha.coreos.com/backend-type), and Weft would attach pods, too: %s" .metadata.name $fix) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
