#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Sets up kernel dumps and restarts after a crash, and Driver Verifier for the driver where asked. Needs a restart.
.EXAMPLE
.\Enable-Dumps.ps1 -Verifier
#>
[CmdletBinding()]
param(
    # Watch the driver with Driver Verifier's standard checks.
    [switch] $Verifier
)
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

$control = 'HKLM:\SYSTEM\CurrentControlSet\Control\CrashControl'
# 2 is a kernel dump: complete ones are larger than they are useful.
Set-ItemProperty -Path $control -Name CrashDumpEnabled -Type DWord -Value 2
Set-ItemProperty -Path $control -Name AlwaysKeepMemoryDump -Type DWord -Value 1
Set-ItemProperty -Path $control -Name Overwrite -Type DWord -Value 0
Set-ItemProperty -Path $control -Name AutoReboot -Type DWord -Value 1
# The host's Debug-VM -InjectNonMaskableInterrupt then makes a dump.
Set-ItemProperty -Path $control -Name NMICrashDump -Type DWord -Value 1
if ($Verifier) {
    & verifier.exe /standard /driver cofferdam.sys
    # 2 is "settings changed, restart".
    if ($LASTEXITCODE -notin 0, 2) {
        throw "verifier ended with $LASTEXITCODE"
    }
}
Write-Output 'restart the machine'
