import type { Band } from './finding.ts'

/** What answers a finding type, whatever the service: what is looked at first and what becomes of it. */
export const responseFamilies = [
  'attack-sequence',
  'stolen-credential',
  'unusual-principal',
  'suspicious-caller',
  'reconnaissance',
  'root-use',
  'logging',
  'account-setting',
  'model-use',
  'exposure',
  'bucket-data',
  'instance',
  'unusual-traffic',
  'probe',
  'malware',
  'runtime',
  'cluster',
  'database',
  'function',
] as const
export type ResponseFamily = (typeof responseFamilies)[number]

/** What GuardDuty says of one of its types. */
export interface GuarddutyType {
  readonly family: ResponseFamily
  /** Its default severity; null where it goes by the threat that was found. */
  readonly severity: Band | null
}

type Block = readonly [family: ResponseFamily, prefix: string, bySeverity: Partial<Record<Band | 'varies', string>>]

const callers = 'MaliciousIPCaller MaliciousIPCaller.Custom TorIPCaller'
const distributions = 'KaliLinux ParrotLinux PentooLinux'

/** Source: GuardDuty, active finding types (October 2026): what follows the prefix, by default severity. */
const blocks: readonly Block[] = [
  [
    'attack-sequence',
    'AttackSequence:',
    {
      critical:
        'IAM/CompromisedCredentials S3/CompromisedData EKS/CompromisedCluster ECS/CompromisedCluster EC2/CompromisedInstanceGroup',
    },
  ],

  ['unusual-principal', 'CredentialAccess:IAMUser/', { medium: 'AnomalousBehavior' }],
  ['stolen-credential', 'CredentialAccess:IAMUser/', { high: 'CompromisedCredentials' }],
  ['unusual-principal', 'DefenseEvasion:IAMUser/', { medium: 'AnomalousBehavior' }],
  ['logging', 'DefenseEvasion:IAMUser/', { medium: 'BedrockLoggingDisabled' }],
  ['reconnaissance', 'Discovery:IAMUser/', { low: 'AnomalousBehavior' }],
  ['unusual-principal', 'Exfiltration:IAMUser/', { high: 'AnomalousBehavior' }],
  ['unusual-principal', 'Impact:IAMUser/', { high: 'AnomalousBehavior' }],
  ['unusual-principal', 'InitialAccess:IAMUser/', { medium: 'AnomalousBehavior' }],
  ['reconnaissance', 'PenTest:IAMUser/', { medium: distributions }],
  ['unusual-principal', 'Persistence:IAMUser/', { medium: 'AnomalousBehavior' }],
  ['unusual-principal', 'PrivilegeEscalation:IAMUser/', { medium: 'AnomalousBehavior' }],
  ['root-use', 'Policy:IAMUser/', { low: 'RootCredentialUsage ShortTermRootCredentialUsage' }],
  ['reconnaissance', 'Recon:IAMUser/', { medium: callers }],
  ['logging', 'Stealth:IAMUser/', { low: 'CloudTrailLoggingDisabled' }],
  ['account-setting', 'Stealth:IAMUser/', { low: 'PasswordPolicyChange' }],
  ['suspicious-caller', 'UnauthorizedAccess:IAMUser/', { medium: `ConsoleLoginSuccess.B ${callers}` }],
  [
    'stolen-credential',
    'UnauthorizedAccess:IAMUser/',
    {
      high: 'InstanceCredentialExfiltration.InsideAWS InstanceCredentialExfiltration.OutsideAWS ResourceCredentialExfiltration.InsideAWS ResourceCredentialExfiltration.OutsideAWS',
    },
  ],
  ['model-use', 'Impact:IAMUser/', { low: 'AnomalousModelInvocation CostHarvesting PromptInjection.Direct' }],

  [
    'exposure',
    'Policy:S3/',
    {
      low: 'AccountBlockPublicAccessDisabled BucketBlockPublicAccessDisabled',
      high: 'BucketAnonymousAccessGranted BucketPublicAccessGranted',
    },
  ],
  ['logging', 'Stealth:S3/', { low: 'ServerAccessLoggingDisabled' }],
  [
    'reconnaissance',
    'Discovery:S3/',
    { low: 'AnomalousBehavior', high: 'MaliciousIPCaller MaliciousIPCaller.Custom', medium: 'TorIPCaller' },
  ],
  ['bucket-data', 'Exfiltration:S3/', { high: 'AnomalousBehavior MaliciousIPCaller' }],
  [
    'bucket-data',
    'Impact:S3/',
    {
      high: 'AnomalousBehavior.Delete AnomalousBehavior.Permission MaliciousIPCaller',
      medium: 'AnomalousBehavior.Write',
    },
  ],
  ['reconnaissance', 'PenTest:S3/', { medium: distributions }],
  ['bucket-data', 'UnauthorizedAccess:S3/', { high: 'TorIPCaller MaliciousIPCaller.Custom' }],

  [
    'instance',
    'Backdoor:EC2/',
    {
      high: 'C&CActivity.B C&CActivity.B!DNS DenialOfService.Dns DenialOfService.Tcp DenialOfService.Udp DenialOfService.UdpOnTcpPorts DenialOfService.UnusualProtocol',
      medium: 'Spambot',
    },
  ],
  ['unusual-traffic', 'Behavior:EC2/', { medium: 'NetworkPortUnusual TrafficVolumeUnusual' }],
  ['instance', 'CryptoCurrency:EC2/', { high: 'BitcoinTool.B BitcoinTool.B!DNS' }],
  ['unusual-traffic', 'DefenseEvasion:EC2/', { medium: 'UnusualDNSResolver UnusualDoHActivity UnusualDoTActivity' }],
  [
    'instance',
    'Impact:EC2/',
    {
      high: 'BitcoinDomainRequest.Reputation MaliciousDomainRequest.Reputation PortSweep',
      medium: 'AbusedDomainRequest.Reputation MaliciousDomainRequest.Custom',
      low: 'SuspiciousDomainRequest.Reputation',
    },
  ],
  ['probe', 'Impact:EC2/', { low: 'WinRMBruteForce' }],
  ['probe', 'Recon:EC2/', { high: 'PortProbeEMRUnprotectedPort', low: 'PortProbeUnprotectedPort' }],
  ['reconnaissance', 'Recon:EC2/', { medium: 'Portscan' }],
  [
    'instance',
    'Trojan:EC2/',
    {
      high: 'DGADomainRequest.B DGADomainRequest.C!DNS DNSDataExfiltration DriveBySourceTraffic!DNS PhishingDomainRequest!DNS',
      medium: 'BlackholeTraffic BlackholeTraffic!DNS DropPoint DropPoint!DNS',
    },
  ],
  [
    'instance',
    'UnauthorizedAccess:EC2/',
    { high: 'MetadataDNSRebind TorClient TorRelay', medium: 'MaliciousIPCaller.Custom' },
  ],
  ['probe', 'UnauthorizedAccess:EC2/', { low: 'RDPBruteForce SSHBruteForce' }],

  [
    'cluster',
    'CredentialAccess:Kubernetes/',
    { medium: 'AnomalousBehavior.SecretsAccessed', high: `${callers} SuccessfulAnonymousAccess` },
  ],
  ['cluster', 'DefenseEvasion:Kubernetes/', { high: `${callers} SuccessfulAnonymousAccess` }],
  [
    'cluster',
    'Discovery:Kubernetes/',
    { low: 'AnomalousBehavior.PermissionChecked', medium: `${callers} SuccessfulAnonymousAccess` },
  ],
  [
    'cluster',
    'Execution:Kubernetes/',
    { medium: 'ExecInKubeSystemPod AnomalousBehavior.ExecInPod', low: 'AnomalousBehavior.WorkloadDeployed' },
  ],
  ['cluster', 'Impact:Kubernetes/', { high: `${callers} SuccessfulAnonymousAccess` }],
  [
    'cluster',
    'Persistence:Kubernetes/',
    {
      medium: callers,
      high: 'SuccessfulAnonymousAccess AnomalousBehavior.WorkloadDeployed!ContainerWithSensitiveMount',
    },
  ],
  [
    'exposure',
    'Policy:Kubernetes/',
    {
      high: 'AdminAccessToDefaultServiceAccount AnonymousAccessGranted',
      medium: 'KubeflowDashboardExposed ExposedDashboard',
    },
  ],
  [
    'cluster',
    'PrivilegeEscalation:Kubernetes/',
    {
      medium: 'AnomalousBehavior.RoleBindingCreated',
      low: 'AnomalousBehavior.RoleCreated',
      high: 'AnomalousBehavior.WorkloadDeployed!PrivilegedContainer',
    },
  ],

  ['function', 'Backdoor:Lambda/', { high: 'C&CActivity.B' }],
  ['function', 'CryptoCurrency:Lambda/', { high: 'BitcoinTool.B' }],
  ['function', 'Trojan:Lambda/', { medium: 'BlackholeTraffic DropPoint' }],
  ['function', 'UnauthorizedAccess:Lambda/', { medium: 'MaliciousIPCaller.Custom', high: 'TorClient TorRelay' }],

  [
    'database',
    'CredentialAccess:RDS/',
    {
      low: 'AnomalousBehavior.FailedLogin',
      medium: 'MaliciousIPCaller.FailedLogin TorIPCaller.FailedLogin',
      high: 'AnomalousBehavior.SuccessfulBruteForce MaliciousIPCaller.SuccessfulLogin TorIPCaller.SuccessfulLogin',
      varies: 'AnomalousBehavior.SuccessfulLogin',
    },
  ],
  ['database', 'Discovery:RDS/', { medium: 'MaliciousIPCaller TorIPCaller' }],

  [
    'malware',
    'Execution:',
    {
      varies:
        'EC2/MaliciousFile EC2/SuspiciousFile ECS/MaliciousFile ECS/SuspiciousFile Kubernetes/MaliciousFile Kubernetes/SuspiciousFile Container/MaliciousFile Container/SuspiciousFile EC2/MaliciousFile!Snapshot EC2/MaliciousFile!AMI EC2/MaliciousFile!RecoveryPoint S3/MaliciousFile!RecoveryPoint',
    },
  ],
  ['malware', 'Object:S3/', { high: 'MaliciousFile' }],

  ['runtime', 'Backdoor:Runtime/', { high: 'C&CActivity.B C&CActivity.B!DNS' }],
  ['runtime', 'CryptoCurrency:Runtime/', { high: 'BitcoinTool.B BitcoinTool.B!DNS' }],
  [
    'runtime',
    'DefenseEvasion:Runtime/',
    {
      high: 'KernelModuleLoaded ProcessInjection.Proc ProcessInjection.VirtualMemoryWrite SuspiciousCommand',
      medium: 'FilelessExecution SensitiveFileModified ProcessInjection.Ptrace',
      low: 'PtraceAntiDebugging',
    },
  ],
  ['runtime', 'Discovery:Runtime/', { low: 'SuspiciousCommand' }],
  [
    'runtime',
    'Execution:Runtime/',
    {
      high: 'MaliciousFileExecuted MaliciousFileExecuted.Custom ReverseShell',
      medium: 'NewBinaryExecuted NewLibraryLoaded',
      low: 'SuspiciousShellCreated',
      varies: 'SuspiciousCommand SuspiciousTool',
    },
  ],
  [
    'runtime',
    'Impact:Runtime/',
    {
      high: 'BitcoinDomainRequest.Reputation CryptoMinerExecuted',
      medium: 'AbusedDomainRequest.Reputation MaliciousDomainRequest.Reputation',
      low: 'SuspiciousDomainRequest.Reputation',
    },
  ],
  ['runtime', 'Persistence:Runtime/', { medium: 'SuspiciousCommand SensitiveFileModified' }],
  [
    'runtime',
    'PrivilegeEscalation:Runtime/',
    {
      high: 'CGroupsReleaseAgentModified RuncContainerEscape',
      medium:
        'ContainerMountsHostDirectory DockerSocketAccessed ElevationToRoot SuspiciousCommand SensitiveFileModified UserfaultfdUsage',
    },
  ],
  [
    'runtime',
    'Trojan:Runtime/',
    {
      high: 'DGADomainRequest.C!DNS DriveBySourceTraffic!DNS PhishingDomainRequest!DNS',
      medium: 'BlackholeTraffic BlackholeTraffic!DNS DropPoint DropPoint!DNS',
    },
  ],
  ['runtime', 'UnauthorizedAccess:Runtime/', { high: 'MetadataDNSRebind TorClient TorRelay' }],
]

function entriesOf([family, prefix, bySeverity]: Block): readonly (readonly [string, GuarddutyType])[] {
  return Object.entries(bySeverity).flatMap(([said, names]) => {
    const severity = said === 'varies' ? null : (said as Band)
    return names.split(' ').map((name) => [`${prefix}${name}`, { family, severity }] as const)
  })
}

/** Every active finding type by its name. */
export const guarddutyTypes: ReadonlyMap<string, GuarddutyType> = new Map(blocks.flatMap(entriesOf))

/** The family that answers the type; undefined for one that is newer than this table. */
export const familyOf = (type: string): ResponseFamily | undefined => guarddutyTypes.get(type)?.family
