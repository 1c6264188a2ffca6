// Made by `cargo xtask schema` from interpreter/schema/events.txt; do not edit.

use super::{Category, Constant, FieldInfo, KindInfo, LogSource, Rendering, Source, Tier, Type};

/// The schema's number. It grows with every change that content could notice.
pub const SCHEMA_NUMBER: u32 = 1;

/// How many kinds there are; their numbers are below.
pub const KIND_COUNT: usize = 71;

/// SHA-256 over the table's canonical form (numbers, names, tiers, types, renderings, constants, what
/// can be denied, categories) and then [`fold::HASH`](crate::fold::HASH). Content that carries another
/// one was compiled for other events, or another comparison of text, and is refused.
#[rustfmt::skip]
pub const FINGERPRINT: [u8; 32] = [
    0xA1, 0xEF, 0xF4, 0xD1, 0x61, 0x46, 0xE3, 0x17, 0xCF, 0x71, 0xE2, 0x8F, 0xD8, 0x79, 0x7B, 0xBC,
    0x45, 0x74, 0x5C, 0x2D, 0x8F, 0x98, 0x75, 0x4B, 0x2F, 0x2E, 0x46, 0xB5, 0x6C, 0x98, 0x55, 0xC0,
];

/// A kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// `process_creation`: observed at PsSetCreateProcessNotifyRoutineEx2.
    ProcessCreation = 0,
    /// `process_termination`: observed at PsSetCreateProcessNotifyRoutineEx2.
    ProcessTermination = 1,
    /// `file_event`: observed at post-create.
    FileEvent = 2,
    /// `file_delete`: observed at cleanup.
    FileDelete = 3,
    /// `file_rename`: observed at post-set-information.
    FileRename = 4,
    /// `file_change`: observed at post-set-information.
    FileChange = 5,
    /// `file_access`: observed at post-create.
    FileAccess = 6,
    /// `create_stream_hash`: observed at post-create.
    CreateStreamHash = 7,
    /// `pipe_created`: observed at pre-create-named-pipe, pre-create on the named pipe file system.
    PipeCreated = 8,
    /// `image_load`: observed at PsSetLoadImageNotifyRoutineEx.
    ImageLoad = 9,
    /// `driver_load`: observed at PsSetLoadImageNotifyRoutineEx, SystemModeImage.
    DriverLoad = 10,
    /// `registry_add`: observed at CmRegisterCallbackEx, RegNtPostCreateKeyEx.
    RegistryAdd = 11,
    /// `registry_set`: observed at CmRegisterCallbackEx, RegNtPostSetValueKey.
    RegistrySet = 12,
    /// `registry_delete`: observed at CmRegisterCallbackEx, RegNtPostDeleteKey, RegNtPostDeleteValueKey.
    RegistryDelete = 13,
    /// `registry_rename`: observed at CmRegisterCallbackEx, RegNtPostRenameKey.
    RegistryRename = 14,
    /// `create_remote_thread`: observed at PsSetCreateThreadNotifyRoutine.
    CreateRemoteThread = 15,
    /// `process_access`: observed at ObRegisterCallbacks, process handles created and duplicated.
    ProcessAccess = 16,
    /// `raw_access_thread`: observed at post-create of a volume.
    RawAccessThread = 17,
    /// `network_connection`: user mode only.
    NetworkConnection = 18,
    /// `dns_query`: user mode only.
    DnsQuery = 19,
    /// `wmi_event`: user mode only.
    WmiEvent = 20,
    /// `process_tampering`: user mode only.
    ProcessTampering = 21,
    /// `clipboard_capture`: user mode only.
    ClipboardCapture = 22,
    /// `file_block_executable`: user mode only.
    FileBlockExecutable = 23,
    /// `file_block_shredding`: user mode only.
    FileBlockShredding = 24,
    /// `file_executable_detected`: observed at cleanup.
    FileExecutableDetected = 25,
    /// `sysmon_status`: user mode only.
    SysmonStatus = 26,
    /// `sysmon_error`: user mode only.
    SysmonError = 27,
    /// `ps_script`: user mode only.
    PsScript = 28,
    /// `ps_module`: user mode only.
    PsModule = 29,
    /// `ps_classic_start`: user mode only.
    PsClassicStart = 30,
    /// `ps_classic_provider_start`: user mode only.
    PsClassicProviderStart = 31,
    /// `ps_classic_script`: user mode only.
    PsClassicScript = 32,
    /// `security`: user mode only.
    Security = 33,
    /// `system`: user mode only.
    System = 34,
    /// `application`: user mode only.
    Application = 35,
    /// `sysmon`: user mode only.
    Sysmon = 36,
    /// `powershell`: user mode only.
    Powershell = 37,
    /// `powershell-classic`: user mode only.
    PowershellClassic = 38,
    /// `windefend`: user mode only.
    Windefend = 39,
    /// `appxdeployment-server`: user mode only.
    AppxdeploymentServer = 40,
    /// `codeintegrity-operational`: user mode only.
    CodeintegrityOperational = 41,
    /// `firewall-as`: user mode only.
    FirewallAs = 42,
    /// `msexchange-management`: user mode only.
    MsexchangeManagement = 43,
    /// `bits-client`: user mode only.
    BitsClient = 44,
    /// `dns-client`: user mode only.
    DnsClient = 45,
    /// `taskscheduler`: user mode only.
    Taskscheduler = 46,
    /// `iis-configuration`: user mode only.
    IisConfiguration = 47,
    /// `ntlm`: user mode only.
    Ntlm = 48,
    /// `security-mitigations`: user mode only.
    SecurityMitigations = 49,
    /// `wmi`: user mode only.
    Wmi = 50,
    /// `applocker`: user mode only.
    Applocker = 51,
    /// `dns-server`: user mode only.
    DnsServer = 52,
    /// `dns-server-analytic`: user mode only.
    DnsServerAnalytic = 53,
    /// `smbclient-connectivity`: user mode only.
    SmbclientConnectivity = 54,
    /// `smbclient-security`: user mode only.
    SmbclientSecurity = 55,
    /// `smbserver-connectivity`: user mode only.
    SmbserverConnectivity = 56,
    /// `printservice-admin`: user mode only.
    PrintserviceAdmin = 57,
    /// `printservice-operational`: user mode only.
    PrintserviceOperational = 58,
    /// `appxpackaging-om`: user mode only.
    AppxpackagingOm = 59,
    /// `appmodel-runtime`: user mode only.
    AppmodelRuntime = 60,
    /// `microsoft-servicebus-client`: user mode only.
    MicrosoftServicebusClient = 61,
    /// `terminalservices-localsessionmanager`: user mode only.
    TerminalservicesLocalsessionmanager = 62,
    /// `shell-core`: user mode only.
    ShellCore = 63,
    /// `certificateservicesclient-lifecycle-system`: user mode only.
    CertificateservicesclientLifecycleSystem = 64,
    /// `driver-framework`: user mode only.
    DriverFramework = 65,
    /// `ldap`: user mode only.
    Ldap = 66,
    /// `diagnosis-scripted`: user mode only.
    DiagnosisScripted = 67,
    /// `lsa-server`: user mode only.
    LsaServer = 68,
    /// `openssh`: user mode only.
    Openssh = 69,
    /// `capi2`: user mode only.
    Capi2 = 70,
}

#[rustfmt::skip]
impl Kind {
    /// Every kind, by number.
    pub const ALL: [Self; KIND_COUNT] = [
        Self::ProcessCreation,
        Self::ProcessTermination,
        Self::FileEvent,
        Self::FileDelete,
        Self::FileRename,
        Self::FileChange,
        Self::FileAccess,
        Self::CreateStreamHash,
        Self::PipeCreated,
        Self::ImageLoad,
        Self::DriverLoad,
        Self::RegistryAdd,
        Self::RegistrySet,
        Self::RegistryDelete,
        Self::RegistryRename,
        Self::CreateRemoteThread,
        Self::ProcessAccess,
        Self::RawAccessThread,
        Self::NetworkConnection,
        Self::DnsQuery,
        Self::WmiEvent,
        Self::ProcessTampering,
        Self::ClipboardCapture,
        Self::FileBlockExecutable,
        Self::FileBlockShredding,
        Self::FileExecutableDetected,
        Self::SysmonStatus,
        Self::SysmonError,
        Self::PsScript,
        Self::PsModule,
        Self::PsClassicStart,
        Self::PsClassicProviderStart,
        Self::PsClassicScript,
        Self::Security,
        Self::System,
        Self::Application,
        Self::Sysmon,
        Self::Powershell,
        Self::PowershellClassic,
        Self::Windefend,
        Self::AppxdeploymentServer,
        Self::CodeintegrityOperational,
        Self::FirewallAs,
        Self::MsexchangeManagement,
        Self::BitsClient,
        Self::DnsClient,
        Self::Taskscheduler,
        Self::IisConfiguration,
        Self::Ntlm,
        Self::SecurityMitigations,
        Self::Wmi,
        Self::Applocker,
        Self::DnsServer,
        Self::DnsServerAnalytic,
        Self::SmbclientConnectivity,
        Self::SmbclientSecurity,
        Self::SmbserverConnectivity,
        Self::PrintserviceAdmin,
        Self::PrintserviceOperational,
        Self::AppxpackagingOm,
        Self::AppmodelRuntime,
        Self::MicrosoftServicebusClient,
        Self::TerminalservicesLocalsessionmanager,
        Self::ShellCore,
        Self::CertificateservicesclientLifecycleSystem,
        Self::DriverFramework,
        Self::Ldap,
        Self::DiagnosisScripted,
        Self::LsaServer,
        Self::Openssh,
        Self::Capi2,
    ];

    /// The kind with this number, if there is one.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        Some(match number {
            0 => Self::ProcessCreation,
            1 => Self::ProcessTermination,
            2 => Self::FileEvent,
            3 => Self::FileDelete,
            4 => Self::FileRename,
            5 => Self::FileChange,
            6 => Self::FileAccess,
            7 => Self::CreateStreamHash,
            8 => Self::PipeCreated,
            9 => Self::ImageLoad,
            10 => Self::DriverLoad,
            11 => Self::RegistryAdd,
            12 => Self::RegistrySet,
            13 => Self::RegistryDelete,
            14 => Self::RegistryRename,
            15 => Self::CreateRemoteThread,
            16 => Self::ProcessAccess,
            17 => Self::RawAccessThread,
            18 => Self::NetworkConnection,
            19 => Self::DnsQuery,
            20 => Self::WmiEvent,
            21 => Self::ProcessTampering,
            22 => Self::ClipboardCapture,
            23 => Self::FileBlockExecutable,
            24 => Self::FileBlockShredding,
            25 => Self::FileExecutableDetected,
            26 => Self::SysmonStatus,
            27 => Self::SysmonError,
            28 => Self::PsScript,
            29 => Self::PsModule,
            30 => Self::PsClassicStart,
            31 => Self::PsClassicProviderStart,
            32 => Self::PsClassicScript,
            33 => Self::Security,
            34 => Self::System,
            35 => Self::Application,
            36 => Self::Sysmon,
            37 => Self::Powershell,
            38 => Self::PowershellClassic,
            39 => Self::Windefend,
            40 => Self::AppxdeploymentServer,
            41 => Self::CodeintegrityOperational,
            42 => Self::FirewallAs,
            43 => Self::MsexchangeManagement,
            44 => Self::BitsClient,
            45 => Self::DnsClient,
            46 => Self::Taskscheduler,
            47 => Self::IisConfiguration,
            48 => Self::Ntlm,
            49 => Self::SecurityMitigations,
            50 => Self::Wmi,
            51 => Self::Applocker,
            52 => Self::DnsServer,
            53 => Self::DnsServerAnalytic,
            54 => Self::SmbclientConnectivity,
            55 => Self::SmbclientSecurity,
            56 => Self::SmbserverConnectivity,
            57 => Self::PrintserviceAdmin,
            58 => Self::PrintserviceOperational,
            59 => Self::AppxpackagingOm,
            60 => Self::AppmodelRuntime,
            61 => Self::MicrosoftServicebusClient,
            62 => Self::TerminalservicesLocalsessionmanager,
            63 => Self::ShellCore,
            64 => Self::CertificateservicesclientLifecycleSystem,
            65 => Self::DriverFramework,
            66 => Self::Ldap,
            67 => Self::DiagnosisScripted,
            68 => Self::LsaServer,
            69 => Self::Openssh,
            70 => Self::Capi2,
            _ => return None,
        })
    }

    /// The number that stands for the kind in content.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::ProcessCreation => 0,
            Self::ProcessTermination => 1,
            Self::FileEvent => 2,
            Self::FileDelete => 3,
            Self::FileRename => 4,
            Self::FileChange => 5,
            Self::FileAccess => 6,
            Self::CreateStreamHash => 7,
            Self::PipeCreated => 8,
            Self::ImageLoad => 9,
            Self::DriverLoad => 10,
            Self::RegistryAdd => 11,
            Self::RegistrySet => 12,
            Self::RegistryDelete => 13,
            Self::RegistryRename => 14,
            Self::CreateRemoteThread => 15,
            Self::ProcessAccess => 16,
            Self::RawAccessThread => 17,
            Self::NetworkConnection => 18,
            Self::DnsQuery => 19,
            Self::WmiEvent => 20,
            Self::ProcessTampering => 21,
            Self::ClipboardCapture => 22,
            Self::FileBlockExecutable => 23,
            Self::FileBlockShredding => 24,
            Self::FileExecutableDetected => 25,
            Self::SysmonStatus => 26,
            Self::SysmonError => 27,
            Self::PsScript => 28,
            Self::PsModule => 29,
            Self::PsClassicStart => 30,
            Self::PsClassicProviderStart => 31,
            Self::PsClassicScript => 32,
            Self::Security => 33,
            Self::System => 34,
            Self::Application => 35,
            Self::Sysmon => 36,
            Self::Powershell => 37,
            Self::PowershellClassic => 38,
            Self::Windefend => 39,
            Self::AppxdeploymentServer => 40,
            Self::CodeintegrityOperational => 41,
            Self::FirewallAs => 42,
            Self::MsexchangeManagement => 43,
            Self::BitsClient => 44,
            Self::DnsClient => 45,
            Self::Taskscheduler => 46,
            Self::IisConfiguration => 47,
            Self::Ntlm => 48,
            Self::SecurityMitigations => 49,
            Self::Wmi => 50,
            Self::Applocker => 51,
            Self::DnsServer => 52,
            Self::DnsServerAnalytic => 53,
            Self::SmbclientConnectivity => 54,
            Self::SmbclientSecurity => 55,
            Self::SmbserverConnectivity => 56,
            Self::PrintserviceAdmin => 57,
            Self::PrintserviceOperational => 58,
            Self::AppxpackagingOm => 59,
            Self::AppmodelRuntime => 60,
            Self::MicrosoftServicebusClient => 61,
            Self::TerminalservicesLocalsessionmanager => 62,
            Self::ShellCore => 63,
            Self::CertificateservicesclientLifecycleSystem => 64,
            Self::DriverFramework => 65,
            Self::Ldap => 66,
            Self::DiagnosisScripted => 67,
            Self::LsaServer => 68,
            Self::Openssh => 69,
            Self::Capi2 => 70,
        }
    }

    /// What the schema says of the kind.
    #[must_use]
    pub fn info(self) -> &'static KindInfo {
        match self {
            Self::ProcessCreation => &PROCESS_CREATION,
            Self::ProcessTermination => &PROCESS_TERMINATION,
            Self::FileEvent => &FILE_EVENT,
            Self::FileDelete => &FILE_DELETE,
            Self::FileRename => &FILE_RENAME,
            Self::FileChange => &FILE_CHANGE,
            Self::FileAccess => &FILE_ACCESS,
            Self::CreateStreamHash => &CREATE_STREAM_HASH,
            Self::PipeCreated => &PIPE_CREATED,
            Self::ImageLoad => &IMAGE_LOAD,
            Self::DriverLoad => &DRIVER_LOAD,
            Self::RegistryAdd => &REGISTRY_ADD,
            Self::RegistrySet => &REGISTRY_SET,
            Self::RegistryDelete => &REGISTRY_DELETE,
            Self::RegistryRename => &REGISTRY_RENAME,
            Self::CreateRemoteThread => &CREATE_REMOTE_THREAD,
            Self::ProcessAccess => &PROCESS_ACCESS,
            Self::RawAccessThread => &RAW_ACCESS_THREAD,
            Self::NetworkConnection => &NETWORK_CONNECTION,
            Self::DnsQuery => &DNS_QUERY,
            Self::WmiEvent => &WMI_EVENT,
            Self::ProcessTampering => &PROCESS_TAMPERING,
            Self::ClipboardCapture => &CLIPBOARD_CAPTURE,
            Self::FileBlockExecutable => &FILE_BLOCK_EXECUTABLE,
            Self::FileBlockShredding => &FILE_BLOCK_SHREDDING,
            Self::FileExecutableDetected => &FILE_EXECUTABLE_DETECTED,
            Self::SysmonStatus => &SYSMON_STATUS,
            Self::SysmonError => &SYSMON_ERROR,
            Self::PsScript => &PS_SCRIPT,
            Self::PsModule => &PS_MODULE,
            Self::PsClassicStart => &PS_CLASSIC_START,
            Self::PsClassicProviderStart => &PS_CLASSIC_PROVIDER_START,
            Self::PsClassicScript => &PS_CLASSIC_SCRIPT,
            Self::Security => &SECURITY,
            Self::System => &SYSTEM,
            Self::Application => &APPLICATION,
            Self::Sysmon => &SYSMON,
            Self::Powershell => &POWERSHELL,
            Self::PowershellClassic => &POWERSHELL_CLASSIC,
            Self::Windefend => &WINDEFEND,
            Self::AppxdeploymentServer => &APPXDEPLOYMENT_SERVER,
            Self::CodeintegrityOperational => &CODEINTEGRITY_OPERATIONAL,
            Self::FirewallAs => &FIREWALL_AS,
            Self::MsexchangeManagement => &MSEXCHANGE_MANAGEMENT,
            Self::BitsClient => &BITS_CLIENT,
            Self::DnsClient => &DNS_CLIENT,
            Self::Taskscheduler => &TASKSCHEDULER,
            Self::IisConfiguration => &IIS_CONFIGURATION,
            Self::Ntlm => &NTLM,
            Self::SecurityMitigations => &SECURITY_MITIGATIONS,
            Self::Wmi => &WMI,
            Self::Applocker => &APPLOCKER,
            Self::DnsServer => &DNS_SERVER,
            Self::DnsServerAnalytic => &DNS_SERVER_ANALYTIC,
            Self::SmbclientConnectivity => &SMBCLIENT_CONNECTIVITY,
            Self::SmbclientSecurity => &SMBCLIENT_SECURITY,
            Self::SmbserverConnectivity => &SMBSERVER_CONNECTIVITY,
            Self::PrintserviceAdmin => &PRINTSERVICE_ADMIN,
            Self::PrintserviceOperational => &PRINTSERVICE_OPERATIONAL,
            Self::AppxpackagingOm => &APPXPACKAGING_OM,
            Self::AppmodelRuntime => &APPMODEL_RUNTIME,
            Self::MicrosoftServicebusClient => &MICROSOFT_SERVICEBUS_CLIENT,
            Self::TerminalservicesLocalsessionmanager => &TERMINALSERVICES_LOCALSESSIONMANAGER,
            Self::ShellCore => &SHELL_CORE,
            Self::CertificateservicesclientLifecycleSystem => &CERTIFICATESERVICESCLIENT_LIFECYCLE_SYSTEM,
            Self::DriverFramework => &DRIVER_FRAMEWORK,
            Self::Ldap => &LDAP,
            Self::DiagnosisScripted => &DIAGNOSIS_SCRIPTED,
            Self::LsaServer => &LSA_SERVER,
            Self::Openssh => &OPENSSH,
            Self::Capi2 => &CAPI2,
        }
    }
}

/// The Sigma categories that span kinds.
#[rustfmt::skip]
pub const CATEGORIES: &[Category] = &[
    Category { name: "registry_event", kinds: &[Kind::RegistryAdd, Kind::RegistrySet, Kind::RegistryDelete, Kind::RegistryRename] },
    Category { name: "file_delete_detected", kinds: &[Kind::FileDelete] },
];

#[rustfmt::skip]
static PROCESS_CREATION: KindInfo = KindInfo {
    kind: Kind::ProcessCreation,
    name: "process_creation",
    tier: Tier::Kernel,
    log_source: LogSource::Category,
    sysmon_ids: &[1],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[1] },
        Source { channel: "Security", event_ids: &[4688] },
    ],
    can_deny: true,
    constants: &[
        Constant { name: "EventID", value: Some("1") },
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "RuleName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: false },
        FieldInfo { number: 1, name: "UtcTime", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "ProcessGuid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: false },
        FieldInfo { number: 3, name: "ProcessId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Image", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "FileVersion", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: false },
        FieldInfo { number: 6, name: "Description", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: false },
        FieldInfo { number: 7, name: "Product", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: false },
        FieldInfo { number: 8, name: "Company", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: false },
        FieldInfo { number: 9, name: "OriginalFileName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: false },
        FieldInfo { number: 10, name: "CommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 11, name: "CurrentDirectory", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: false },
        FieldInfo { number: 12, name: "User", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 13, name: "LogonGuid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: false },
        FieldInfo { number: 14, name: "LogonId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Hex, in_source: true, in_every_source: true },
        FieldInfo { number: 15, name: "TerminalSessionId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: false },
        FieldInfo { number: 16, name: "IntegrityLevel", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 17, name: "Hashes", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: false },
        FieldInfo { number: 18, name: "ParentProcessGuid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: false },
        FieldInfo { number: 19, name: "ParentProcessId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 20, name: "ParentImage", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 21, name: "ParentCommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: false },
        FieldInfo { number: 22, name: "ParentUser", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: false },
        FieldInfo { number: 23, name: "GrandParentImage", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 24, name: "md5", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 25, name: "sha1", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 26, name: "sha256", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 27, name: "imphash", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static PROCESS_TERMINATION: KindInfo = KindInfo {
    kind: Kind::ProcessTermination,
    name: "process_termination",
    tier: Tier::Kernel,
    log_source: LogSource::Category,
    sysmon_ids: &[5],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[5] },
        Source { channel: "Security", event_ids: &[4689] },
    ],
    can_deny: false,
    constants: &[
        Constant { name: "EventID", value: Some("5") },
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "RuleName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: false },
        FieldInfo { number: 1, name: "UtcTime", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "ProcessGuid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: false },
        FieldInfo { number: 3, name: "ProcessId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Image", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "User", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "CommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 7, name: "ParentImage", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 8, name: "ParentCommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 9, name: "IntegrityLevel", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static FILE_EVENT: KindInfo = KindInfo {
    kind: Kind::FileEvent,
    name: "file_event",
    tier: Tier::Kernel,
    log_source: LogSource::Category,
    sysmon_ids: &[11],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[11] },
    ],
    can_deny: true,
    constants: &[
        Constant { name: "EventID", value: Some("11") },
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "RuleName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "UtcTime", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "ProcessGuid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "ProcessId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Image", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "TargetFilename", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "CreationUtcTime", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "User", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "CommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 9, name: "ParentImage", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 10, name: "ParentCommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 11, name: "IntegrityLevel", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static FILE_DELETE: KindInfo = KindInfo {
    kind: Kind::FileDelete,
    name: "file_delete",
    tier: Tier::Kernel,
    log_source: LogSource::Category,
    sysmon_ids: &[23, 26],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[23, 26] },
    ],
    can_deny: true,
    constants: &[
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "RuleName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "UtcTime", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "ProcessGuid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "ProcessId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "User", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "Image", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "TargetFilename", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "Hashes", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 9, name: "IsExecutable", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 10, name: "Archived", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 11, name: "CommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 12, name: "ParentImage", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 13, name: "ParentCommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 14, name: "IntegrityLevel", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static FILE_RENAME: KindInfo = KindInfo {
    kind: Kind::FileRename,
    name: "file_rename",
    tier: Tier::Kernel,
    log_source: LogSource::Category,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-Kernel-File/Analytic", event_ids: &[27] },
    ],
    can_deny: false,
    constants: &[
        Constant { name: "EventID", value: Some("27") },
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Kernel-File") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Kernel-File/Analytic") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "UtcTime", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::UtcTime, in_source: false, in_every_source: false },
        FieldInfo { number: 1, name: "ProcessId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Image", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 3, name: "SourceFilename", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "TargetFilename", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "User", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 6, name: "CommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 7, name: "ParentImage", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 8, name: "ParentCommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 9, name: "IntegrityLevel", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static FILE_CHANGE: KindInfo = KindInfo {
    kind: Kind::FileChange,
    name: "file_change",
    tier: Tier::Kernel,
    log_source: LogSource::Category,
    sysmon_ids: &[2],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[2] },
    ],
    can_deny: false,
    constants: &[
        Constant { name: "EventID", value: Some("2") },
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "RuleName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "UtcTime", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "ProcessGuid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "ProcessId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Image", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "TargetFilename", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "CreationUtcTime", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "PreviousCreationUtcTime", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "User", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 9, name: "CommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 10, name: "ParentImage", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 11, name: "ParentCommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 12, name: "IntegrityLevel", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static FILE_ACCESS: KindInfo = KindInfo {
    kind: Kind::FileAccess,
    name: "file_access",
    tier: Tier::Kernel,
    log_source: LogSource::Category,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-Kernel-File/Analytic", event_ids: &[12] },
    ],
    can_deny: true,
    constants: &[
        Constant { name: "EventID", value: Some("12") },
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Kernel-File") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Kernel-File/Analytic") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "UtcTime", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::UtcTime, in_source: false, in_every_source: false },
        FieldInfo { number: 1, name: "ProcessId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Image", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 3, name: "FileName", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "IssuingThreadId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "CreateOptions", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Hex, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "CreateAttributes", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Hex, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "ShareAccess", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Hex, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "User", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 9, name: "CommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 10, name: "ParentImage", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 11, name: "ParentCommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 12, name: "IntegrityLevel", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static CREATE_STREAM_HASH: KindInfo = KindInfo {
    kind: Kind::CreateStreamHash,
    name: "create_stream_hash",
    tier: Tier::Kernel,
    log_source: LogSource::Category,
    sysmon_ids: &[15],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[15] },
    ],
    can_deny: true,
    constants: &[
        Constant { name: "EventID", value: Some("15") },
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "RuleName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "UtcTime", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "ProcessGuid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "ProcessId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Image", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "TargetFilename", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "CreationUtcTime", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "Hash", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "Contents", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 9, name: "User", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 10, name: "CommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 11, name: "ParentImage", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 12, name: "ParentCommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 13, name: "IntegrityLevel", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static PIPE_CREATED: KindInfo = KindInfo {
    kind: Kind::PipeCreated,
    name: "pipe_created",
    tier: Tier::Kernel,
    log_source: LogSource::Category,
    sysmon_ids: &[17, 18],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[17, 18] },
    ],
    can_deny: false,
    constants: &[
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "RuleName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "EventType", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "UtcTime", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "ProcessGuid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "ProcessId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "PipeName", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "Image", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "User", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 9, name: "CommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 10, name: "ParentImage", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 11, name: "ParentCommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 12, name: "IntegrityLevel", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static IMAGE_LOAD: KindInfo = KindInfo {
    kind: Kind::ImageLoad,
    name: "image_load",
    tier: Tier::Kernel,
    log_source: LogSource::Category,
    sysmon_ids: &[7],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[7] },
    ],
    can_deny: false,
    constants: &[
        Constant { name: "EventID", value: Some("7") },
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "RuleName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "UtcTime", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "ProcessGuid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "ProcessId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Image", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "ImageLoaded", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "FileVersion", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "Description", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "Product", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 9, name: "Company", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 10, name: "OriginalFileName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 11, name: "Hashes", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 12, name: "Signed", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 13, name: "Signature", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 14, name: "SignatureStatus", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 15, name: "User", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 16, name: "CommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 17, name: "ParentImage", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 18, name: "ParentCommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 19, name: "IntegrityLevel", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static DRIVER_LOAD: KindInfo = KindInfo {
    kind: Kind::DriverLoad,
    name: "driver_load",
    tier: Tier::Kernel,
    log_source: LogSource::Category,
    sysmon_ids: &[6],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[6] },
    ],
    can_deny: false,
    constants: &[
        Constant { name: "EventID", value: Some("6") },
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "RuleName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "UtcTime", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "ImageLoaded", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Hashes", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Signed", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Signature", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "SignatureStatus", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
    ],
};

#[rustfmt::skip]
static REGISTRY_ADD: KindInfo = KindInfo {
    kind: Kind::RegistryAdd,
    name: "registry_add",
    tier: Tier::Kernel,
    log_source: LogSource::Category,
    sysmon_ids: &[12],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[12] },
    ],
    can_deny: true,
    constants: &[
        Constant { name: "EventID", value: Some("12") },
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
        Constant { name: "EventType", value: Some("CreateKey") },
        Constant { name: "Details", value: None },
        Constant { name: "NewName", value: None },
    ],
    fields: &[
        FieldInfo { number: 0, name: "RuleName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "UtcTime", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "ProcessGuid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "ProcessId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Image", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "TargetObject", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "User", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "CommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 8, name: "ParentImage", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 9, name: "ParentCommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 10, name: "IntegrityLevel", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static REGISTRY_SET: KindInfo = KindInfo {
    kind: Kind::RegistrySet,
    name: "registry_set",
    tier: Tier::Kernel,
    log_source: LogSource::Category,
    sysmon_ids: &[13],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[13] },
    ],
    can_deny: true,
    constants: &[
        Constant { name: "EventID", value: Some("13") },
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
        Constant { name: "EventType", value: Some("SetValue") },
        Constant { name: "NewName", value: None },
    ],
    fields: &[
        FieldInfo { number: 0, name: "RuleName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "UtcTime", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "ProcessGuid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "ProcessId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Image", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "TargetObject", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "Details", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "User", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "CommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 9, name: "ParentImage", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 10, name: "ParentCommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 11, name: "IntegrityLevel", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static REGISTRY_DELETE: KindInfo = KindInfo {
    kind: Kind::RegistryDelete,
    name: "registry_delete",
    tier: Tier::Kernel,
    log_source: LogSource::Category,
    sysmon_ids: &[12],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[12] },
    ],
    can_deny: true,
    constants: &[
        Constant { name: "EventID", value: Some("12") },
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
        Constant { name: "Details", value: None },
        Constant { name: "NewName", value: None },
    ],
    fields: &[
        FieldInfo { number: 0, name: "RuleName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "EventType", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "UtcTime", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "ProcessGuid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "ProcessId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Image", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "TargetObject", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "User", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "CommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 9, name: "ParentImage", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 10, name: "ParentCommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 11, name: "IntegrityLevel", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static REGISTRY_RENAME: KindInfo = KindInfo {
    kind: Kind::RegistryRename,
    name: "registry_rename",
    tier: Tier::Kernel,
    log_source: LogSource::Category,
    sysmon_ids: &[14],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[14] },
    ],
    can_deny: true,
    constants: &[
        Constant { name: "EventID", value: Some("14") },
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
        Constant { name: "EventType", value: Some("RenameKey") },
        Constant { name: "Details", value: None },
    ],
    fields: &[
        FieldInfo { number: 0, name: "RuleName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "UtcTime", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "ProcessGuid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "ProcessId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Image", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "TargetObject", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "NewName", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "User", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "CommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 9, name: "ParentImage", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 10, name: "ParentCommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 11, name: "IntegrityLevel", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static CREATE_REMOTE_THREAD: KindInfo = KindInfo {
    kind: Kind::CreateRemoteThread,
    name: "create_remote_thread",
    tier: Tier::Kernel,
    log_source: LogSource::Category,
    sysmon_ids: &[8],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[8] },
    ],
    can_deny: false,
    constants: &[
        Constant { name: "EventID", value: Some("8") },
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "RuleName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "UtcTime", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "SourceProcessGuid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "SourceProcessId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "SourceImage", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "TargetProcessGuid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "TargetProcessId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "TargetImage", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "NewThreadId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 9, name: "StartAddress", ty: Type::Number, tier: Tier::User, rendering: Rendering::Address, in_source: true, in_every_source: true },
        FieldInfo { number: 10, name: "StartModule", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 11, name: "StartFunction", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 12, name: "SourceUser", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 13, name: "TargetUser", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 14, name: "SourceCommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 15, name: "SourceParentImage", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 16, name: "TargetParentProcessId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static PROCESS_ACCESS: KindInfo = KindInfo {
    kind: Kind::ProcessAccess,
    name: "process_access",
    tier: Tier::Kernel,
    log_source: LogSource::Category,
    sysmon_ids: &[10],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[10] },
    ],
    can_deny: true,
    constants: &[
        Constant { name: "EventID", value: Some("10") },
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "RuleName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "UtcTime", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "SourceProcessGUID", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "SourceProcessId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "SourceThreadId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "SourceImage", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "TargetProcessGUID", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "TargetProcessId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "TargetImage", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 9, name: "GrantedAccess", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Hex, in_source: true, in_every_source: true },
        FieldInfo { number: 10, name: "CallTrace", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 11, name: "SourceUser", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 12, name: "TargetUser", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 13, name: "SourceCommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 14, name: "SourceParentImage", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 15, name: "TargetParentProcessId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static RAW_ACCESS_THREAD: KindInfo = KindInfo {
    kind: Kind::RawAccessThread,
    name: "raw_access_thread",
    tier: Tier::Kernel,
    log_source: LogSource::Category,
    sysmon_ids: &[9],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[9] },
    ],
    can_deny: false,
    constants: &[
        Constant { name: "EventID", value: Some("9") },
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "RuleName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "UtcTime", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "ProcessGuid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "ProcessId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Image", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Device", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "User", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "CommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 8, name: "ParentImage", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 9, name: "ParentCommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 10, name: "IntegrityLevel", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static NETWORK_CONNECTION: KindInfo = KindInfo {
    kind: Kind::NetworkConnection,
    name: "network_connection",
    tier: Tier::User,
    log_source: LogSource::Category,
    sysmon_ids: &[3],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[3] },
    ],
    can_deny: false,
    constants: &[
        Constant { name: "EventID", value: Some("3") },
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "RuleName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "UtcTime", ty: Type::Number, tier: Tier::User, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "ProcessGuid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "ProcessId", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Image", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "User", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "Protocol", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "Initiated", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "SourceIsIpv6", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 9, name: "SourceIp", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 10, name: "SourceHostname", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 11, name: "SourcePort", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 12, name: "SourcePortName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 13, name: "DestinationIsIpv6", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 14, name: "DestinationIp", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 15, name: "DestinationHostname", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 16, name: "DestinationPort", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 17, name: "DestinationPortName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 18, name: "CommandLine", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 19, name: "ParentImage", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static DNS_QUERY: KindInfo = KindInfo {
    kind: Kind::DnsQuery,
    name: "dns_query",
    tier: Tier::User,
    log_source: LogSource::Category,
    sysmon_ids: &[22],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[22] },
    ],
    can_deny: false,
    constants: &[
        Constant { name: "EventID", value: Some("22") },
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "RuleName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "UtcTime", ty: Type::Number, tier: Tier::User, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "ProcessGuid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "ProcessId", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "QueryName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "QueryStatus", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "QueryResults", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "Image", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "User", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
    ],
};

#[rustfmt::skip]
static WMI_EVENT: KindInfo = KindInfo {
    kind: Kind::WmiEvent,
    name: "wmi_event",
    tier: Tier::User,
    log_source: LogSource::Category,
    sysmon_ids: &[19, 20, 21],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[19, 20, 21] },
    ],
    can_deny: false,
    constants: &[
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "RuleName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "EventType", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "UtcTime", ty: Type::Number, tier: Tier::User, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Operation", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "User", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "EventNamespace", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "Query", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 9, name: "Type", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 10, name: "Destination", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 11, name: "Consumer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 12, name: "Filter", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
    ],
};

#[rustfmt::skip]
static PROCESS_TAMPERING: KindInfo = KindInfo {
    kind: Kind::ProcessTampering,
    name: "process_tampering",
    tier: Tier::User,
    log_source: LogSource::Category,
    sysmon_ids: &[25],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[25] },
    ],
    can_deny: false,
    constants: &[
        Constant { name: "EventID", value: Some("25") },
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "RuleName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "UtcTime", ty: Type::Number, tier: Tier::User, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "ProcessGuid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "ProcessId", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Image", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Type", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "User", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
    ],
};

#[rustfmt::skip]
static CLIPBOARD_CAPTURE: KindInfo = KindInfo {
    kind: Kind::ClipboardCapture,
    name: "clipboard_capture",
    tier: Tier::User,
    log_source: LogSource::Category,
    sysmon_ids: &[24],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[24] },
    ],
    can_deny: false,
    constants: &[
        Constant { name: "EventID", value: Some("24") },
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "RuleName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "UtcTime", ty: Type::Number, tier: Tier::User, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "ProcessGuid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "ProcessId", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Image", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Session", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "ClientInfo", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "Hashes", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "Archived", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 9, name: "User", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
    ],
};

#[rustfmt::skip]
static FILE_BLOCK_EXECUTABLE: KindInfo = KindInfo {
    kind: Kind::FileBlockExecutable,
    name: "file_block_executable",
    tier: Tier::User,
    log_source: LogSource::Category,
    sysmon_ids: &[27],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[27] },
    ],
    can_deny: false,
    constants: &[
        Constant { name: "EventID", value: Some("27") },
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "RuleName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "UtcTime", ty: Type::Number, tier: Tier::User, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "ProcessGuid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "ProcessId", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "User", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Image", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "TargetFilename", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "Hashes", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
    ],
};

#[rustfmt::skip]
static FILE_BLOCK_SHREDDING: KindInfo = KindInfo {
    kind: Kind::FileBlockShredding,
    name: "file_block_shredding",
    tier: Tier::User,
    log_source: LogSource::Category,
    sysmon_ids: &[28],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[28] },
    ],
    can_deny: false,
    constants: &[
        Constant { name: "EventID", value: Some("28") },
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "RuleName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "UtcTime", ty: Type::Number, tier: Tier::User, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "ProcessGuid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "ProcessId", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "User", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Image", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "TargetFilename", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "Hashes", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "IsExecutable", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
    ],
};

#[rustfmt::skip]
static FILE_EXECUTABLE_DETECTED: KindInfo = KindInfo {
    kind: Kind::FileExecutableDetected,
    name: "file_executable_detected",
    tier: Tier::Kernel,
    log_source: LogSource::Category,
    sysmon_ids: &[29],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[29] },
    ],
    can_deny: false,
    constants: &[
        Constant { name: "EventID", value: Some("29") },
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "RuleName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "UtcTime", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "ProcessGuid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "ProcessId", ty: Type::Number, tier: Tier::Kernel, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "User", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Image", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "TargetFilename", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "Hashes", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "CommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 9, name: "ParentImage", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 10, name: "ParentCommandLine", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
        FieldInfo { number: 11, name: "IntegrityLevel", ty: Type::Text, tier: Tier::Kernel, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static SYSMON_STATUS: KindInfo = KindInfo {
    kind: Kind::SysmonStatus,
    name: "sysmon_status",
    tier: Tier::User,
    log_source: LogSource::Category,
    sysmon_ids: &[4, 16],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[4, 16] },
    ],
    can_deny: false,
    constants: &[
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "UtcTime", ty: Type::Number, tier: Tier::User, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "State", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Version", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "SchemaVersion", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Configuration", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "ConfigurationFileHash", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
    ],
};

#[rustfmt::skip]
static SYSMON_ERROR: KindInfo = KindInfo {
    kind: Kind::SysmonError,
    name: "sysmon_error",
    tier: Tier::User,
    log_source: LogSource::Category,
    sysmon_ids: &[255],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[255] },
    ],
    can_deny: false,
    constants: &[
        Constant { name: "EventID", value: Some("255") },
        Constant { name: "Provider_Name", value: Some("Microsoft-Windows-Sysmon") },
        Constant { name: "Channel", value: Some("Microsoft-Windows-Sysmon/Operational") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "UtcTime", ty: Type::Number, tier: Tier::User, rendering: Rendering::UtcTime, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "ID", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Description", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
    ],
};

#[rustfmt::skip]
static PS_SCRIPT: KindInfo = KindInfo {
    kind: Kind::PsScript,
    name: "ps_script",
    tier: Tier::User,
    log_source: LogSource::Category,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-PowerShell/Operational", event_ids: &[4104] },
        Source { channel: "PowerShellCore/Operational", event_ids: &[4104] },
    ],
    can_deny: false,
    constants: &[
        Constant { name: "EventID", value: Some("4104") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "MessageNumber", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "MessageTotal", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "ScriptBlockText", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "ScriptBlockId", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "Path", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
    ],
};

#[rustfmt::skip]
static PS_MODULE: KindInfo = KindInfo {
    kind: Kind::PsModule,
    name: "ps_module",
    tier: Tier::User,
    log_source: LogSource::Category,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-PowerShell/Operational", event_ids: &[4103] },
        Source { channel: "PowerShellCore/Operational", event_ids: &[4103] },
    ],
    can_deny: false,
    constants: &[
        Constant { name: "EventID", value: Some("4103") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "ContextInfo", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "UserData", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Payload", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
    ],
};

#[rustfmt::skip]
static PS_CLASSIC_START: KindInfo = KindInfo {
    kind: Kind::PsClassicStart,
    name: "ps_classic_start",
    tier: Tier::User,
    log_source: LogSource::Category,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Windows PowerShell", event_ids: &[400] },
    ],
    can_deny: false,
    constants: &[
        Constant { name: "EventID", value: Some("400") },
        Constant { name: "Provider_Name", value: Some("PowerShell") },
        Constant { name: "Channel", value: Some("Windows PowerShell") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Data", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
    ],
};

#[rustfmt::skip]
static PS_CLASSIC_PROVIDER_START: KindInfo = KindInfo {
    kind: Kind::PsClassicProviderStart,
    name: "ps_classic_provider_start",
    tier: Tier::User,
    log_source: LogSource::Category,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Windows PowerShell", event_ids: &[600] },
    ],
    can_deny: false,
    constants: &[
        Constant { name: "EventID", value: Some("600") },
        Constant { name: "Provider_Name", value: Some("PowerShell") },
        Constant { name: "Channel", value: Some("Windows PowerShell") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Data", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
    ],
};

#[rustfmt::skip]
static PS_CLASSIC_SCRIPT: KindInfo = KindInfo {
    kind: Kind::PsClassicScript,
    name: "ps_classic_script",
    tier: Tier::User,
    log_source: LogSource::Category,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Windows PowerShell", event_ids: &[800] },
    ],
    can_deny: false,
    constants: &[
        Constant { name: "EventID", value: Some("800") },
        Constant { name: "Provider_Name", value: Some("PowerShell") },
        Constant { name: "Channel", value: Some("Windows PowerShell") },
    ],
    fields: &[
        FieldInfo { number: 0, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Data", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
    ],
};

#[rustfmt::skip]
static SECURITY: KindInfo = KindInfo {
    kind: Kind::Security,
    name: "security",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Security", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "AccessList", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "AccessMask", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "AdditionalInfo", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 9, name: "AllowedToDelegateTo", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 10, name: "Application", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 11, name: "AttributeLDAPDisplayName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 12, name: "Attributes", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 13, name: "AttributeValue", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 14, name: "AuditPolicyChanges", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 15, name: "AuditSourceName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 16, name: "AuthenticationPackageName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 17, name: "CallerProcessName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 18, name: "CertThumbprint", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 19, name: "ClassName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 20, name: "ClientProcessId", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 21, name: "DestAddress", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 22, name: "DestPort", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 23, name: "DeviceDescription", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 24, name: "FileName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 25, name: "FilterName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 26, name: "FilterOrigin", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 27, name: "ImpersonationLevel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 28, name: "IpAddress", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 29, name: "IpPort", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 30, name: "KeyLength", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 31, name: "LayerRTID", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 32, name: "LogonProcessName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 33, name: "LogonType", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 34, name: "NewTargetUserName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 35, name: "NewTemplateContent", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 36, name: "NewUacValue", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 37, name: "NewValue", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 38, name: "ObjectClass", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 39, name: "ObjectDN", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 40, name: "ObjectName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 41, name: "ObjectServer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 42, name: "ObjectType", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 43, name: "ObjectValueName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 44, name: "OldTargetUserName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 45, name: "OldUacValue", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 46, name: "param1", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 47, name: "ParentProcessId", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 48, name: "PreAuthType", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 49, name: "PrivilegeList", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 50, name: "ProcessName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 51, name: "Properties", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 52, name: "ProviderContextName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 53, name: "RelativeTargetName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 54, name: "SamAccountName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 55, name: "Service", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 56, name: "ServiceFileName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 57, name: "ServiceName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 58, name: "ServicePrincipalNames", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 59, name: "ServiceStartType", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 60, name: "ServiceType", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 61, name: "ShareLocalPath", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 62, name: "ShareName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 63, name: "SidHistory", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 64, name: "SourceAddress", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 65, name: "SourcePort", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 66, name: "Status", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 67, name: "SubcategoryGuid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 68, name: "SubjectDomainName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 69, name: "SubjectLogonId", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 70, name: "SubjectUserName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 71, name: "SubjectUserSid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 72, name: "SubStatus", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 73, name: "TargetInfo", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 74, name: "TargetLogonId", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 75, name: "TargetName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 76, name: "TargetOutboundUserName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 77, name: "TargetServerName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 78, name: "TargetSid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 79, name: "TargetUserName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 80, name: "TargetUserSid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 81, name: "TaskContent", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 82, name: "TaskContentNew", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 83, name: "TaskName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 84, name: "TemplateContent", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 85, name: "TicketEncryptionType", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 86, name: "TicketOptions", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 87, name: "Workstation", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 88, name: "WorkstationName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 89, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static SYSTEM: KindInfo = KindInfo {
    kind: Kind::System,
    name: "system",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "System", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "AccountName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "Binary", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "Caption", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 9, name: "Data", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 10, name: "Description", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 11, name: "DeviceName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 12, name: "HiveName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 13, name: "ImagePath", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 14, name: "IsatapRouter", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 15, name: "Origin", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 16, name: "param1", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 17, name: "param2", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 18, name: "param3", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 19, name: "ProcessId", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 20, name: "ServiceName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 21, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static APPLICATION: KindInfo = KindInfo {
    kind: Kind::Application,
    name: "application",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Application", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "AppName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "AppVersion", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "Data", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 9, name: "ExceptionCode", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 10, name: "Message", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 11, name: "ModuleName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 12, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static SYSMON: KindInfo = KindInfo {
    kind: Kind::Sysmon,
    name: "sysmon",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-Sysmon/Operational", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "Configuration", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "ConfigurationFileHash", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "Description", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 9, name: "ID", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 10, name: "Image", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 11, name: "State", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 12, name: "UtcTime", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 13, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static POWERSHELL: KindInfo = KindInfo {
    kind: Kind::Powershell,
    name: "powershell",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-PowerShell/Operational", event_ids: &[] },
        Source { channel: "PowerShellCore/Operational", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "ContextInfo", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "MessageNumber", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "MessageTotal", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 9, name: "Path", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 10, name: "Payload", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 11, name: "ScriptBlockId", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 12, name: "ScriptBlockText", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 13, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static POWERSHELL_CLASSIC: KindInfo = KindInfo {
    kind: Kind::PowershellClassic,
    name: "powershell-classic",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Windows PowerShell", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "Data", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static WINDEFEND: KindInfo = KindInfo {
    kind: Kind::Windefend,
    name: "windefend",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-Windows Defender/Operational", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "Feature_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "NewValue", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "OldValue", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 9, name: "Path", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 10, name: "ProcessName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 11, name: "Reason", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 12, name: "SourceName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 13, name: "ThreatName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 14, name: "Value", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 15, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static APPXDEPLOYMENT_SERVER: KindInfo = KindInfo {
    kind: Kind::AppxdeploymentServer,
    name: "appxdeployment-server",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-AppXDeploymentServer/Operational", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "CallingProcess", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "ErrorCode", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "Flags", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 9, name: "HasFullTrust", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 10, name: "PackageFullName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 11, name: "PackageSourceUri", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 12, name: "Path", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 13, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static CODEINTEGRITY_OPERATIONAL: KindInfo = KindInfo {
    kind: Kind::CodeintegrityOperational,
    name: "codeintegrity-operational",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-CodeIntegrity/Operational", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "FileNameBuffer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "ProcessNameBuffer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "RequestedPolicy", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 9, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static FIREWALL_AS: KindInfo = KindInfo {
    kind: Kind::FirewallAs,
    name: "firewall-as",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-Windows Firewall With Advanced Security/Firewall", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "Action", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "ApplicationPath", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "ModifyingApplication", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 9, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static MSEXCHANGE_MANAGEMENT: KindInfo = KindInfo {
    kind: Kind::MsexchangeManagement,
    name: "msexchange-management",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "MSExchange Management", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "Data", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static BITS_CLIENT: KindInfo = KindInfo {
    kind: Kind::BitsClient,
    name: "bits-client",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-Bits-Client/Operational", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "LocalName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "processPath", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "RemoteName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 9, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static DNS_CLIENT: KindInfo = KindInfo {
    kind: Kind::DnsClient,
    name: "dns-client",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-DNS Client Events/Operational", event_ids: &[] },
        Source { channel: "Microsoft-Windows-DNS-Client/Operational", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "QueryName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static TASKSCHEDULER: KindInfo = KindInfo {
    kind: Kind::Taskscheduler,
    name: "taskscheduler",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-TaskScheduler/Operational", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "Path", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "TaskName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "UserName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 9, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static IIS_CONFIGURATION: KindInfo = KindInfo {
    kind: Kind::IisConfiguration,
    name: "iis-configuration",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-IIS-Configuration/Operational", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "Configuration", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "NewValue", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "OldValue", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 9, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static NTLM: KindInfo = KindInfo {
    kind: Kind::Ntlm,
    name: "ntlm",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-NTLM/Operational", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "TargetName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "WorkstationName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static SECURITY_MITIGATIONS: KindInfo = KindInfo {
    kind: Kind::SecurityMitigations,
    name: "security-mitigations",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-Security-Mitigations/Kernel Mode", event_ids: &[] },
        Source { channel: "Microsoft-Windows-Security-Mitigations/User Mode", event_ids: &[] },
        Source { channel: "Microsoft-Windows-Security-Mitigations/KernelMode", event_ids: &[] },
        Source { channel: "Microsoft-Windows-Security-Mitigations/UserMode", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "ImageName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "ProcessPath", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static WMI: KindInfo = KindInfo {
    kind: Kind::Wmi,
    name: "wmi",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-WMI-Activity/Operational", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "Operation", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "PossibleCause", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "Provider", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 9, name: "Query", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 10, name: "User", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 11, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static APPLOCKER: KindInfo = KindInfo {
    kind: Kind::Applocker,
    name: "applocker",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-AppLocker/MSI and Script", event_ids: &[] },
        Source { channel: "Microsoft-Windows-AppLocker/EXE and DLL", event_ids: &[] },
        Source { channel: "Microsoft-Windows-AppLocker/Packaged app-Deployment", event_ids: &[] },
        Source { channel: "Microsoft-Windows-AppLocker/Packaged app-Execution", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static DNS_SERVER: KindInfo = KindInfo {
    kind: Kind::DnsServer,
    name: "dns-server",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "DNS Server", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static DNS_SERVER_ANALYTIC: KindInfo = KindInfo {
    kind: Kind::DnsServerAnalytic,
    name: "dns-server-analytic",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-DNS-Server/Analytical", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "QNAME", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static SMBCLIENT_CONNECTIVITY: KindInfo = KindInfo {
    kind: Kind::SmbclientConnectivity,
    name: "smbclient-connectivity",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-SmbClient/Connectivity", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "Address", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "RemoteAddress", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "ServerAddress", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 9, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static SMBCLIENT_SECURITY: KindInfo = KindInfo {
    kind: Kind::SmbclientSecurity,
    name: "smbclient-security",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-SmbClient/Security", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "ServerName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "UserName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static SMBSERVER_CONNECTIVITY: KindInfo = KindInfo {
    kind: Kind::SmbserverConnectivity,
    name: "smbserver-connectivity",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-SMBServer/Connectivity", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "ClientAddress", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "EncyptionUsed", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "ShareName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 9, name: "SigningUsed", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 10, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static PRINTSERVICE_ADMIN: KindInfo = KindInfo {
    kind: Kind::PrintserviceAdmin,
    name: "printservice-admin",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-PrintService/Admin", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "ErrorCode", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static PRINTSERVICE_OPERATIONAL: KindInfo = KindInfo {
    kind: Kind::PrintserviceOperational,
    name: "printservice-operational",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-PrintService/Operational", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static APPXPACKAGING_OM: KindInfo = KindInfo {
    kind: Kind::AppxpackagingOm,
    name: "appxpackaging-om",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-AppxPackaging/Operational", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "subjectName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static APPMODEL_RUNTIME: KindInfo = KindInfo {
    kind: Kind::AppmodelRuntime,
    name: "appmodel-runtime",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-AppModel-Runtime/Admin", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "ImageName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static MICROSOFT_SERVICEBUS_CLIENT: KindInfo = KindInfo {
    kind: Kind::MicrosoftServicebusClient,
    name: "microsoft-servicebus-client",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-ServiceBus-Client", event_ids: &[] },
        Source { channel: "Microsoft-ServiceBus-Client/Operational", event_ids: &[] },
        Source { channel: "Microsoft-ServiceBus-Client/Admin", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static TERMINALSERVICES_LOCALSESSIONMANAGER: KindInfo = KindInfo {
    kind: Kind::TerminalservicesLocalsessionmanager,
    name: "terminalservices-localsessionmanager",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "Address", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static SHELL_CORE: KindInfo = KindInfo {
    kind: Kind::ShellCore,
    name: "shell-core",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-Shell-Core/Operational", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "AppID", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static CERTIFICATESERVICESCLIENT_LIFECYCLE_SYSTEM: KindInfo = KindInfo {
    kind: Kind::CertificateservicesclientLifecycleSystem,
    name: "certificateservicesclient-lifecycle-system",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static DRIVER_FRAMEWORK: KindInfo = KindInfo {
    kind: Kind::DriverFramework,
    name: "driver-framework",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-DriverFrameworks-UserMode/Operational", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static LDAP: KindInfo = KindInfo {
    kind: Kind::Ldap,
    name: "ldap",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-LDAP-Client/Debug", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "DistinguishedName", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "SearchFilter", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static DIAGNOSIS_SCRIPTED: KindInfo = KindInfo {
    kind: Kind::DiagnosisScripted,
    name: "diagnosis-scripted",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-Diagnosis-Scripted/Operational", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "PackagePath", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static LSA_SERVER: KindInfo = KindInfo {
    kind: Kind::LsaServer,
    name: "lsa-server",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-LSA/Operational", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "SidList", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "TargetUserSid", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static OPENSSH: KindInfo = KindInfo {
    kind: Kind::Openssh,
    name: "openssh",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "OpenSSH/Operational", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "payload", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 7, name: "process", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 8, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

#[rustfmt::skip]
static CAPI2: KindInfo = KindInfo {
    kind: Kind::Capi2,
    name: "capi2",
    tier: Tier::User,
    log_source: LogSource::Service,
    sysmon_ids: &[],
    sources: &[
        Source { channel: "Microsoft-Windows-CAPI2/Operational", event_ids: &[] },
    ],
    can_deny: false,
    constants: &[
    ],
    fields: &[
        FieldInfo { number: 0, name: "EventID", ty: Type::Number, tier: Tier::User, rendering: Rendering::Decimal, in_source: true, in_every_source: true },
        FieldInfo { number: 1, name: "Provider_Name", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 2, name: "Channel", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 3, name: "Computer", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 4, name: "Level", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 5, name: "Keywords", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: true, in_every_source: true },
        FieldInfo { number: 6, name: "(any)", ty: Type::Text, tier: Tier::User, rendering: Rendering::Verbatim, in_source: false, in_every_source: false },
    ],
};

/// Where each field of the kernel's kinds stands in an event, for whoever assembles one.
#[rustfmt::skip]
pub mod field {
    /// Fields of `process_creation`.
    pub mod process_creation {
        /// How many fields an event of this kind has.
        pub const COUNT: usize = 28;
        /// `RuleName`
        pub const RULE_NAME: usize = 0;
        /// `UtcTime`
        pub const UTC_TIME: usize = 1;
        /// `ProcessGuid`
        pub const PROCESS_GUID: usize = 2;
        /// `ProcessId`
        pub const PROCESS_ID: usize = 3;
        /// `Image`
        pub const IMAGE: usize = 4;
        /// `FileVersion`
        pub const FILE_VERSION: usize = 5;
        /// `Description`
        pub const DESCRIPTION: usize = 6;
        /// `Product`
        pub const PRODUCT: usize = 7;
        /// `Company`
        pub const COMPANY: usize = 8;
        /// `OriginalFileName`
        pub const ORIGINAL_FILE_NAME: usize = 9;
        /// `CommandLine`
        pub const COMMAND_LINE: usize = 10;
        /// `CurrentDirectory`
        pub const CURRENT_DIRECTORY: usize = 11;
        /// `User`
        pub const USER: usize = 12;
        /// `LogonGuid`
        pub const LOGON_GUID: usize = 13;
        /// `LogonId`
        pub const LOGON_ID: usize = 14;
        /// `TerminalSessionId`
        pub const TERMINAL_SESSION_ID: usize = 15;
        /// `IntegrityLevel`
        pub const INTEGRITY_LEVEL: usize = 16;
        /// `Hashes`
        pub const HASHES: usize = 17;
        /// `ParentProcessGuid`
        pub const PARENT_PROCESS_GUID: usize = 18;
        /// `ParentProcessId`
        pub const PARENT_PROCESS_ID: usize = 19;
        /// `ParentImage`
        pub const PARENT_IMAGE: usize = 20;
        /// `ParentCommandLine`
        pub const PARENT_COMMAND_LINE: usize = 21;
        /// `ParentUser`
        pub const PARENT_USER: usize = 22;
        /// `GrandParentImage`
        pub const GRAND_PARENT_IMAGE: usize = 23;
        /// `md5`
        pub const MD5: usize = 24;
        /// `sha1`
        pub const SHA1: usize = 25;
        /// `sha256`
        pub const SHA256: usize = 26;
        /// `imphash`
        pub const IMPHASH: usize = 27;
    }
    /// Fields of `process_termination`.
    pub mod process_termination {
        /// How many fields an event of this kind has.
        pub const COUNT: usize = 10;
        /// `RuleName`
        pub const RULE_NAME: usize = 0;
        /// `UtcTime`
        pub const UTC_TIME: usize = 1;
        /// `ProcessGuid`
        pub const PROCESS_GUID: usize = 2;
        /// `ProcessId`
        pub const PROCESS_ID: usize = 3;
        /// `Image`
        pub const IMAGE: usize = 4;
        /// `User`
        pub const USER: usize = 5;
        /// `CommandLine`
        pub const COMMAND_LINE: usize = 6;
        /// `ParentImage`
        pub const PARENT_IMAGE: usize = 7;
        /// `ParentCommandLine`
        pub const PARENT_COMMAND_LINE: usize = 8;
        /// `IntegrityLevel`
        pub const INTEGRITY_LEVEL: usize = 9;
    }
    /// Fields of `file_event`.
    pub mod file_event {
        /// How many fields an event of this kind has.
        pub const COUNT: usize = 12;
        /// `RuleName`
        pub const RULE_NAME: usize = 0;
        /// `UtcTime`
        pub const UTC_TIME: usize = 1;
        /// `ProcessGuid`
        pub const PROCESS_GUID: usize = 2;
        /// `ProcessId`
        pub const PROCESS_ID: usize = 3;
        /// `Image`
        pub const IMAGE: usize = 4;
        /// `TargetFilename`
        pub const TARGET_FILENAME: usize = 5;
        /// `CreationUtcTime`
        pub const CREATION_UTC_TIME: usize = 6;
        /// `User`
        pub const USER: usize = 7;
        /// `CommandLine`
        pub const COMMAND_LINE: usize = 8;
        /// `ParentImage`
        pub const PARENT_IMAGE: usize = 9;
        /// `ParentCommandLine`
        pub const PARENT_COMMAND_LINE: usize = 10;
        /// `IntegrityLevel`
        pub const INTEGRITY_LEVEL: usize = 11;
    }
    /// Fields of `file_delete`.
    pub mod file_delete {
        /// How many fields an event of this kind has.
        pub const COUNT: usize = 15;
        /// `EventID`
        pub const EVENT_ID: usize = 0;
        /// `RuleName`
        pub const RULE_NAME: usize = 1;
        /// `UtcTime`
        pub const UTC_TIME: usize = 2;
        /// `ProcessGuid`
        pub const PROCESS_GUID: usize = 3;
        /// `ProcessId`
        pub const PROCESS_ID: usize = 4;
        /// `User`
        pub const USER: usize = 5;
        /// `Image`
        pub const IMAGE: usize = 6;
        /// `TargetFilename`
        pub const TARGET_FILENAME: usize = 7;
        /// `Hashes`
        pub const HASHES: usize = 8;
        /// `IsExecutable`
        pub const IS_EXECUTABLE: usize = 9;
        /// `Archived`
        pub const ARCHIVED: usize = 10;
        /// `CommandLine`
        pub const COMMAND_LINE: usize = 11;
        /// `ParentImage`
        pub const PARENT_IMAGE: usize = 12;
        /// `ParentCommandLine`
        pub const PARENT_COMMAND_LINE: usize = 13;
        /// `IntegrityLevel`
        pub const INTEGRITY_LEVEL: usize = 14;
    }
    /// Fields of `file_rename`.
    pub mod file_rename {
        /// How many fields an event of this kind has.
        pub const COUNT: usize = 10;
        /// `UtcTime`
        pub const UTC_TIME: usize = 0;
        /// `ProcessId`
        pub const PROCESS_ID: usize = 1;
        /// `Image`
        pub const IMAGE: usize = 2;
        /// `SourceFilename`
        pub const SOURCE_FILENAME: usize = 3;
        /// `TargetFilename`
        pub const TARGET_FILENAME: usize = 4;
        /// `User`
        pub const USER: usize = 5;
        /// `CommandLine`
        pub const COMMAND_LINE: usize = 6;
        /// `ParentImage`
        pub const PARENT_IMAGE: usize = 7;
        /// `ParentCommandLine`
        pub const PARENT_COMMAND_LINE: usize = 8;
        /// `IntegrityLevel`
        pub const INTEGRITY_LEVEL: usize = 9;
    }
    /// Fields of `file_change`.
    pub mod file_change {
        /// How many fields an event of this kind has.
        pub const COUNT: usize = 13;
        /// `RuleName`
        pub const RULE_NAME: usize = 0;
        /// `UtcTime`
        pub const UTC_TIME: usize = 1;
        /// `ProcessGuid`
        pub const PROCESS_GUID: usize = 2;
        /// `ProcessId`
        pub const PROCESS_ID: usize = 3;
        /// `Image`
        pub const IMAGE: usize = 4;
        /// `TargetFilename`
        pub const TARGET_FILENAME: usize = 5;
        /// `CreationUtcTime`
        pub const CREATION_UTC_TIME: usize = 6;
        /// `PreviousCreationUtcTime`
        pub const PREVIOUS_CREATION_UTC_TIME: usize = 7;
        /// `User`
        pub const USER: usize = 8;
        /// `CommandLine`
        pub const COMMAND_LINE: usize = 9;
        /// `ParentImage`
        pub const PARENT_IMAGE: usize = 10;
        /// `ParentCommandLine`
        pub const PARENT_COMMAND_LINE: usize = 11;
        /// `IntegrityLevel`
        pub const INTEGRITY_LEVEL: usize = 12;
    }
    /// Fields of `file_access`.
    pub mod file_access {
        /// How many fields an event of this kind has.
        pub const COUNT: usize = 13;
        /// `UtcTime`
        pub const UTC_TIME: usize = 0;
        /// `ProcessId`
        pub const PROCESS_ID: usize = 1;
        /// `Image`
        pub const IMAGE: usize = 2;
        /// `FileName`
        pub const FILE_NAME: usize = 3;
        /// `IssuingThreadId`
        pub const ISSUING_THREAD_ID: usize = 4;
        /// `CreateOptions`
        pub const CREATE_OPTIONS: usize = 5;
        /// `CreateAttributes`
        pub const CREATE_ATTRIBUTES: usize = 6;
        /// `ShareAccess`
        pub const SHARE_ACCESS: usize = 7;
        /// `User`
        pub const USER: usize = 8;
        /// `CommandLine`
        pub const COMMAND_LINE: usize = 9;
        /// `ParentImage`
        pub const PARENT_IMAGE: usize = 10;
        /// `ParentCommandLine`
        pub const PARENT_COMMAND_LINE: usize = 11;
        /// `IntegrityLevel`
        pub const INTEGRITY_LEVEL: usize = 12;
    }
    /// Fields of `create_stream_hash`.
    pub mod create_stream_hash {
        /// How many fields an event of this kind has.
        pub const COUNT: usize = 14;
        /// `RuleName`
        pub const RULE_NAME: usize = 0;
        /// `UtcTime`
        pub const UTC_TIME: usize = 1;
        /// `ProcessGuid`
        pub const PROCESS_GUID: usize = 2;
        /// `ProcessId`
        pub const PROCESS_ID: usize = 3;
        /// `Image`
        pub const IMAGE: usize = 4;
        /// `TargetFilename`
        pub const TARGET_FILENAME: usize = 5;
        /// `CreationUtcTime`
        pub const CREATION_UTC_TIME: usize = 6;
        /// `Hash`
        pub const HASH: usize = 7;
        /// `Contents`
        pub const CONTENTS: usize = 8;
        /// `User`
        pub const USER: usize = 9;
        /// `CommandLine`
        pub const COMMAND_LINE: usize = 10;
        /// `ParentImage`
        pub const PARENT_IMAGE: usize = 11;
        /// `ParentCommandLine`
        pub const PARENT_COMMAND_LINE: usize = 12;
        /// `IntegrityLevel`
        pub const INTEGRITY_LEVEL: usize = 13;
    }
    /// Fields of `pipe_created`.
    pub mod pipe_created {
        /// How many fields an event of this kind has.
        pub const COUNT: usize = 13;
        /// `EventID`
        pub const EVENT_ID: usize = 0;
        /// `RuleName`
        pub const RULE_NAME: usize = 1;
        /// `EventType`
        pub const EVENT_TYPE: usize = 2;
        /// `UtcTime`
        pub const UTC_TIME: usize = 3;
        /// `ProcessGuid`
        pub const PROCESS_GUID: usize = 4;
        /// `ProcessId`
        pub const PROCESS_ID: usize = 5;
        /// `PipeName`
        pub const PIPE_NAME: usize = 6;
        /// `Image`
        pub const IMAGE: usize = 7;
        /// `User`
        pub const USER: usize = 8;
        /// `CommandLine`
        pub const COMMAND_LINE: usize = 9;
        /// `ParentImage`
        pub const PARENT_IMAGE: usize = 10;
        /// `ParentCommandLine`
        pub const PARENT_COMMAND_LINE: usize = 11;
        /// `IntegrityLevel`
        pub const INTEGRITY_LEVEL: usize = 12;
    }
    /// Fields of `image_load`.
    pub mod image_load {
        /// How many fields an event of this kind has.
        pub const COUNT: usize = 20;
        /// `RuleName`
        pub const RULE_NAME: usize = 0;
        /// `UtcTime`
        pub const UTC_TIME: usize = 1;
        /// `ProcessGuid`
        pub const PROCESS_GUID: usize = 2;
        /// `ProcessId`
        pub const PROCESS_ID: usize = 3;
        /// `Image`
        pub const IMAGE: usize = 4;
        /// `ImageLoaded`
        pub const IMAGE_LOADED: usize = 5;
        /// `FileVersion`
        pub const FILE_VERSION: usize = 6;
        /// `Description`
        pub const DESCRIPTION: usize = 7;
        /// `Product`
        pub const PRODUCT: usize = 8;
        /// `Company`
        pub const COMPANY: usize = 9;
        /// `OriginalFileName`
        pub const ORIGINAL_FILE_NAME: usize = 10;
        /// `Hashes`
        pub const HASHES: usize = 11;
        /// `Signed`
        pub const SIGNED: usize = 12;
        /// `Signature`
        pub const SIGNATURE: usize = 13;
        /// `SignatureStatus`
        pub const SIGNATURE_STATUS: usize = 14;
        /// `User`
        pub const USER: usize = 15;
        /// `CommandLine`
        pub const COMMAND_LINE: usize = 16;
        /// `ParentImage`
        pub const PARENT_IMAGE: usize = 17;
        /// `ParentCommandLine`
        pub const PARENT_COMMAND_LINE: usize = 18;
        /// `IntegrityLevel`
        pub const INTEGRITY_LEVEL: usize = 19;
    }
    /// Fields of `driver_load`.
    pub mod driver_load {
        /// How many fields an event of this kind has.
        pub const COUNT: usize = 7;
        /// `RuleName`
        pub const RULE_NAME: usize = 0;
        /// `UtcTime`
        pub const UTC_TIME: usize = 1;
        /// `ImageLoaded`
        pub const IMAGE_LOADED: usize = 2;
        /// `Hashes`
        pub const HASHES: usize = 3;
        /// `Signed`
        pub const SIGNED: usize = 4;
        /// `Signature`
        pub const SIGNATURE: usize = 5;
        /// `SignatureStatus`
        pub const SIGNATURE_STATUS: usize = 6;
    }
    /// Fields of `registry_add`.
    pub mod registry_add {
        /// How many fields an event of this kind has.
        pub const COUNT: usize = 11;
        /// `RuleName`
        pub const RULE_NAME: usize = 0;
        /// `UtcTime`
        pub const UTC_TIME: usize = 1;
        /// `ProcessGuid`
        pub const PROCESS_GUID: usize = 2;
        /// `ProcessId`
        pub const PROCESS_ID: usize = 3;
        /// `Image`
        pub const IMAGE: usize = 4;
        /// `TargetObject`
        pub const TARGET_OBJECT: usize = 5;
        /// `User`
        pub const USER: usize = 6;
        /// `CommandLine`
        pub const COMMAND_LINE: usize = 7;
        /// `ParentImage`
        pub const PARENT_IMAGE: usize = 8;
        /// `ParentCommandLine`
        pub const PARENT_COMMAND_LINE: usize = 9;
        /// `IntegrityLevel`
        pub const INTEGRITY_LEVEL: usize = 10;
    }
    /// Fields of `registry_set`.
    pub mod registry_set {
        /// How many fields an event of this kind has.
        pub const COUNT: usize = 12;
        /// `RuleName`
        pub const RULE_NAME: usize = 0;
        /// `UtcTime`
        pub const UTC_TIME: usize = 1;
        /// `ProcessGuid`
        pub const PROCESS_GUID: usize = 2;
        /// `ProcessId`
        pub const PROCESS_ID: usize = 3;
        /// `Image`
        pub const IMAGE: usize = 4;
        /// `TargetObject`
        pub const TARGET_OBJECT: usize = 5;
        /// `Details`
        pub const DETAILS: usize = 6;
        /// `User`
        pub const USER: usize = 7;
        /// `CommandLine`
        pub const COMMAND_LINE: usize = 8;
        /// `ParentImage`
        pub const PARENT_IMAGE: usize = 9;
        /// `ParentCommandLine`
        pub const PARENT_COMMAND_LINE: usize = 10;
        /// `IntegrityLevel`
        pub const INTEGRITY_LEVEL: usize = 11;
    }
    /// Fields of `registry_delete`.
    pub mod registry_delete {
        /// How many fields an event of this kind has.
        pub const COUNT: usize = 12;
        /// `RuleName`
        pub const RULE_NAME: usize = 0;
        /// `EventType`
        pub const EVENT_TYPE: usize = 1;
        /// `UtcTime`
        pub const UTC_TIME: usize = 2;
        /// `ProcessGuid`
        pub const PROCESS_GUID: usize = 3;
        /// `ProcessId`
        pub const PROCESS_ID: usize = 4;
        /// `Image`
        pub const IMAGE: usize = 5;
        /// `TargetObject`
        pub const TARGET_OBJECT: usize = 6;
        /// `User`
        pub const USER: usize = 7;
        /// `CommandLine`
        pub const COMMAND_LINE: usize = 8;
        /// `ParentImage`
        pub const PARENT_IMAGE: usize = 9;
        /// `ParentCommandLine`
        pub const PARENT_COMMAND_LINE: usize = 10;
        /// `IntegrityLevel`
        pub const INTEGRITY_LEVEL: usize = 11;
    }
    /// Fields of `registry_rename`.
    pub mod registry_rename {
        /// How many fields an event of this kind has.
        pub const COUNT: usize = 12;
        /// `RuleName`
        pub const RULE_NAME: usize = 0;
        /// `UtcTime`
        pub const UTC_TIME: usize = 1;
        /// `ProcessGuid`
        pub const PROCESS_GUID: usize = 2;
        /// `ProcessId`
        pub const PROCESS_ID: usize = 3;
        /// `Image`
        pub const IMAGE: usize = 4;
        /// `TargetObject`
        pub const TARGET_OBJECT: usize = 5;
        /// `NewName`
        pub const NEW_NAME: usize = 6;
        /// `User`
        pub const USER: usize = 7;
        /// `CommandLine`
        pub const COMMAND_LINE: usize = 8;
        /// `ParentImage`
        pub const PARENT_IMAGE: usize = 9;
        /// `ParentCommandLine`
        pub const PARENT_COMMAND_LINE: usize = 10;
        /// `IntegrityLevel`
        pub const INTEGRITY_LEVEL: usize = 11;
    }
    /// Fields of `create_remote_thread`.
    pub mod create_remote_thread {
        /// How many fields an event of this kind has.
        pub const COUNT: usize = 17;
        /// `RuleName`
        pub const RULE_NAME: usize = 0;
        /// `UtcTime`
        pub const UTC_TIME: usize = 1;
        /// `SourceProcessGuid`
        pub const SOURCE_PROCESS_GUID: usize = 2;
        /// `SourceProcessId`
        pub const SOURCE_PROCESS_ID: usize = 3;
        /// `SourceImage`
        pub const SOURCE_IMAGE: usize = 4;
        /// `TargetProcessGuid`
        pub const TARGET_PROCESS_GUID: usize = 5;
        /// `TargetProcessId`
        pub const TARGET_PROCESS_ID: usize = 6;
        /// `TargetImage`
        pub const TARGET_IMAGE: usize = 7;
        /// `NewThreadId`
        pub const NEW_THREAD_ID: usize = 8;
        /// `StartAddress`
        pub const START_ADDRESS: usize = 9;
        /// `StartModule`
        pub const START_MODULE: usize = 10;
        /// `StartFunction`
        pub const START_FUNCTION: usize = 11;
        /// `SourceUser`
        pub const SOURCE_USER: usize = 12;
        /// `TargetUser`
        pub const TARGET_USER: usize = 13;
        /// `SourceCommandLine`
        pub const SOURCE_COMMAND_LINE: usize = 14;
        /// `SourceParentImage`
        pub const SOURCE_PARENT_IMAGE: usize = 15;
        /// `TargetParentProcessId`
        pub const TARGET_PARENT_PROCESS_ID: usize = 16;
    }
    /// Fields of `process_access`.
    pub mod process_access {
        /// How many fields an event of this kind has.
        pub const COUNT: usize = 16;
        /// `RuleName`
        pub const RULE_NAME: usize = 0;
        /// `UtcTime`
        pub const UTC_TIME: usize = 1;
        /// `SourceProcessGUID`
        pub const SOURCE_PROCESS_GUID: usize = 2;
        /// `SourceProcessId`
        pub const SOURCE_PROCESS_ID: usize = 3;
        /// `SourceThreadId`
        pub const SOURCE_THREAD_ID: usize = 4;
        /// `SourceImage`
        pub const SOURCE_IMAGE: usize = 5;
        /// `TargetProcessGUID`
        pub const TARGET_PROCESS_GUID: usize = 6;
        /// `TargetProcessId`
        pub const TARGET_PROCESS_ID: usize = 7;
        /// `TargetImage`
        pub const TARGET_IMAGE: usize = 8;
        /// `GrantedAccess`
        pub const GRANTED_ACCESS: usize = 9;
        /// `CallTrace`
        pub const CALL_TRACE: usize = 10;
        /// `SourceUser`
        pub const SOURCE_USER: usize = 11;
        /// `TargetUser`
        pub const TARGET_USER: usize = 12;
        /// `SourceCommandLine`
        pub const SOURCE_COMMAND_LINE: usize = 13;
        /// `SourceParentImage`
        pub const SOURCE_PARENT_IMAGE: usize = 14;
        /// `TargetParentProcessId`
        pub const TARGET_PARENT_PROCESS_ID: usize = 15;
    }
    /// Fields of `raw_access_thread`.
    pub mod raw_access_thread {
        /// How many fields an event of this kind has.
        pub const COUNT: usize = 11;
        /// `RuleName`
        pub const RULE_NAME: usize = 0;
        /// `UtcTime`
        pub const UTC_TIME: usize = 1;
        /// `ProcessGuid`
        pub const PROCESS_GUID: usize = 2;
        /// `ProcessId`
        pub const PROCESS_ID: usize = 3;
        /// `Image`
        pub const IMAGE: usize = 4;
        /// `Device`
        pub const DEVICE: usize = 5;
        /// `User`
        pub const USER: usize = 6;
        /// `CommandLine`
        pub const COMMAND_LINE: usize = 7;
        /// `ParentImage`
        pub const PARENT_IMAGE: usize = 8;
        /// `ParentCommandLine`
        pub const PARENT_COMMAND_LINE: usize = 9;
        /// `IntegrityLevel`
        pub const INTEGRITY_LEVEL: usize = 10;
    }
    /// Fields of `file_executable_detected`.
    pub mod file_executable_detected {
        /// How many fields an event of this kind has.
        pub const COUNT: usize = 12;
        /// `RuleName`
        pub const RULE_NAME: usize = 0;
        /// `UtcTime`
        pub const UTC_TIME: usize = 1;
        /// `ProcessGuid`
        pub const PROCESS_GUID: usize = 2;
        /// `ProcessId`
        pub const PROCESS_ID: usize = 3;
        /// `User`
        pub const USER: usize = 4;
        /// `Image`
        pub const IMAGE: usize = 5;
        /// `TargetFilename`
        pub const TARGET_FILENAME: usize = 6;
        /// `Hashes`
        pub const HASHES: usize = 7;
        /// `CommandLine`
        pub const COMMAND_LINE: usize = 8;
        /// `ParentImage`
        pub const PARENT_IMAGE: usize = 9;
        /// `ParentCommandLine`
        pub const PARENT_COMMAND_LINE: usize = 10;
        /// `IntegrityLevel`
        pub const INTEGRITY_LEVEL: usize = 11;
    }
}
