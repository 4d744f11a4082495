/** Every active type, without its purpose and resource, by these. Source: GuardDuty, active finding types. */
const families: Readonly<Record<string, string>> = {
  'AttackSequence:EC2': 'CompromisedInstanceGroup',
  'AttackSequence:ECS': 'CompromisedCluster',
  'AttackSequence:EKS': 'CompromisedCluster',
  'AttackSequence:IAM': 'CompromisedCredentials',
  'AttackSequence:S3': 'CompromisedData',
  'Backdoor:EC2':
    'C&CActivity.B C&CActivity.B!DNS DenialOfService.Dns DenialOfService.Tcp DenialOfService.Udp DenialOfService.UdpOnTcpPorts DenialOfService.UnusualProtocol Spambot',
  'Backdoor:Lambda': 'C&CActivity.B',
  'Backdoor:Runtime': 'C&CActivity.B C&CActivity.B!DNS',
  'Behavior:EC2': 'NetworkPortUnusual TrafficVolumeUnusual',
  'CredentialAccess:IAMUser': 'AnomalousBehavior CompromisedCredentials',
  'CredentialAccess:Kubernetes':
    'AnomalousBehavior.SecretsAccessed MaliciousIPCaller MaliciousIPCaller.Custom SuccessfulAnonymousAccess TorIPCaller',
  'CredentialAccess:RDS':
    'AnomalousBehavior.FailedLogin AnomalousBehavior.SuccessfulBruteForce AnomalousBehavior.SuccessfulLogin MaliciousIPCaller.FailedLogin MaliciousIPCaller.SuccessfulLogin TorIPCaller.FailedLogin TorIPCaller.SuccessfulLogin',
  'CryptoCurrency:EC2': 'BitcoinTool.B BitcoinTool.B!DNS',
  'CryptoCurrency:Lambda': 'BitcoinTool.B',
  'CryptoCurrency:Runtime': 'BitcoinTool.B BitcoinTool.B!DNS',
  'DefenseEvasion:EC2': 'UnusualDNSResolver UnusualDoHActivity UnusualDoTActivity',
  'DefenseEvasion:IAMUser': 'AnomalousBehavior BedrockLoggingDisabled',
  'DefenseEvasion:Kubernetes': 'MaliciousIPCaller MaliciousIPCaller.Custom SuccessfulAnonymousAccess TorIPCaller',
  'DefenseEvasion:Runtime':
    'FilelessExecution KernelModuleLoaded ProcessInjection.Proc ProcessInjection.Ptrace ProcessInjection.VirtualMemoryWrite PtraceAntiDebugging SensitiveFileModified SuspiciousCommand',
  'Discovery:IAMUser': 'AnomalousBehavior',
  'Discovery:Kubernetes':
    'AnomalousBehavior.PermissionChecked MaliciousIPCaller MaliciousIPCaller.Custom SuccessfulAnonymousAccess TorIPCaller',
  'Discovery:RDS': 'MaliciousIPCaller TorIPCaller',
  'Discovery:Runtime': 'SuspiciousCommand',
  'Discovery:S3': 'AnomalousBehavior MaliciousIPCaller MaliciousIPCaller.Custom TorIPCaller',
  'Execution:Container': 'MaliciousFile SuspiciousFile',
  'Execution:EC2': 'MaliciousFile MaliciousFile!AMI MaliciousFile!RecoveryPoint MaliciousFile!Snapshot SuspiciousFile',
  'Execution:ECS': 'MaliciousFile SuspiciousFile',
  'Execution:Kubernetes':
    'AnomalousBehavior.ExecInPod AnomalousBehavior.WorkloadDeployed ExecInKubeSystemPod MaliciousFile SuspiciousFile',
  'Execution:Runtime':
    'MaliciousFileExecuted MaliciousFileExecuted.Custom NewBinaryExecuted NewLibraryLoaded ReverseShell SuspiciousCommand SuspiciousShellCreated SuspiciousTool',
  'Execution:S3': 'MaliciousFile!RecoveryPoint',
  'Exfiltration:IAMUser': 'AnomalousBehavior',
  'Exfiltration:S3': 'AnomalousBehavior MaliciousIPCaller',
  'Impact:EC2':
    'AbusedDomainRequest.Reputation BitcoinDomainRequest.Reputation MaliciousDomainRequest.Custom MaliciousDomainRequest.Reputation PortSweep SuspiciousDomainRequest.Reputation WinRMBruteForce',
  'Impact:IAMUser': 'AnomalousBehavior AnomalousModelInvocation CostHarvesting PromptInjection.Direct',
  'Impact:Kubernetes': 'MaliciousIPCaller MaliciousIPCaller.Custom SuccessfulAnonymousAccess TorIPCaller',
  'Impact:Runtime':
    'AbusedDomainRequest.Reputation BitcoinDomainRequest.Reputation CryptoMinerExecuted MaliciousDomainRequest.Reputation SuspiciousDomainRequest.Reputation',
  'Impact:S3': 'AnomalousBehavior.Delete AnomalousBehavior.Permission AnomalousBehavior.Write MaliciousIPCaller',
  'InitialAccess:IAMUser': 'AnomalousBehavior',
  'Object:S3': 'MaliciousFile',
  'PenTest:IAMUser': 'KaliLinux ParrotLinux PentooLinux',
  'PenTest:S3': 'KaliLinux ParrotLinux PentooLinux',
  'Persistence:IAMUser': 'AnomalousBehavior',
  'Persistence:Kubernetes':
    'AnomalousBehavior.WorkloadDeployed!ContainerWithSensitiveMount MaliciousIPCaller MaliciousIPCaller.Custom SuccessfulAnonymousAccess TorIPCaller',
  'Persistence:Runtime': 'SensitiveFileModified SuspiciousCommand',
  'Policy:IAMUser': 'RootCredentialUsage ShortTermRootCredentialUsage',
  'Policy:Kubernetes':
    'AdminAccessToDefaultServiceAccount AnonymousAccessGranted ExposedDashboard KubeflowDashboardExposed',
  'Policy:S3':
    'AccountBlockPublicAccessDisabled BucketAnonymousAccessGranted BucketBlockPublicAccessDisabled BucketPublicAccessGranted',
  'PrivilegeEscalation:IAMUser': 'AnomalousBehavior',
  'PrivilegeEscalation:Kubernetes':
    'AnomalousBehavior.RoleBindingCreated AnomalousBehavior.RoleCreated AnomalousBehavior.WorkloadDeployed!PrivilegedContainer',
  'PrivilegeEscalation:Runtime':
    'CGroupsReleaseAgentModified ContainerMountsHostDirectory DockerSocketAccessed ElevationToRoot RuncContainerEscape SensitiveFileModified SuspiciousCommand UserfaultfdUsage',
  'Recon:EC2': 'PortProbeEMRUnprotectedPort PortProbeUnprotectedPort Portscan',
  'Recon:IAMUser': 'MaliciousIPCaller MaliciousIPCaller.Custom TorIPCaller',
  'Stealth:IAMUser': 'CloudTrailLoggingDisabled PasswordPolicyChange',
  'Stealth:S3': 'ServerAccessLoggingDisabled',
  'Trojan:EC2':
    'BlackholeTraffic BlackholeTraffic!DNS DGADomainRequest.B DGADomainRequest.C!DNS DNSDataExfiltration DriveBySourceTraffic!DNS DropPoint DropPoint!DNS PhishingDomainRequest!DNS',
  'Trojan:Lambda': 'BlackholeTraffic DropPoint',
  'Trojan:Runtime':
    'BlackholeTraffic BlackholeTraffic!DNS DGADomainRequest.C!DNS DriveBySourceTraffic!DNS DropPoint DropPoint!DNS PhishingDomainRequest!DNS',
  'UnauthorizedAccess:EC2': 'MaliciousIPCaller.Custom MetadataDNSRebind RDPBruteForce SSHBruteForce TorClient TorRelay',
  'UnauthorizedAccess:IAMUser':
    'ConsoleLoginSuccess.B InstanceCredentialExfiltration.InsideAWS InstanceCredentialExfiltration.OutsideAWS MaliciousIPCaller MaliciousIPCaller.Custom ResourceCredentialExfiltration.InsideAWS ResourceCredentialExfiltration.OutsideAWS TorIPCaller',
  'UnauthorizedAccess:Lambda': 'MaliciousIPCaller.Custom TorClient TorRelay',
  'UnauthorizedAccess:Runtime': 'MetadataDNSRebind TorClient TorRelay',
  'UnauthorizedAccess:S3': 'MaliciousIPCaller.Custom TorIPCaller',
}

/** GuardDuty’s active finding types. A type that is not here is as good: AWS adds some every year. */
export const guardDutyTypes: readonly string[] = Object.entries(families).flatMap(([family, names]) =>
  names.split(' ').map((name) => `${family}/${name}`),
)
