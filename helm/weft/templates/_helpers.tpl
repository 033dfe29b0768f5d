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

{{- define "weft.pullSecrets" -}}
{{- with .Values.image.pullSecrets -}}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
