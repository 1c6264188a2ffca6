#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Stops the driver, as an administrator may at any time: a mandatory unload always completes.
.EXAMPLE
.\Stop.ps1
#>
[CmdletBinding()]
param(
    # How long to wait.
    [ValidateRange(1, 600)] [int] $Seconds = 60
)
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

& sc.exe stop Cofferdam | Out-Null
# 1062: it does not run.
if ($LASTEXITCODE -notin 0, 1062) {
    throw "sc ended with $LASTEXITCODE"
}
$until = (Get-Date).AddSeconds($Seconds)
while ((Get-CimInstance -ClassName Win32_SystemDriver -Filter "Name = 'Cofferdam'").State -ne 'Stopped') {
    if ((Get-Date) -gt $until) {
        throw "the driver did not stop within $Seconds seconds: take a dump before anything else (docs/windows.md)"
    }
    Start-Sleep -Milliseconds 500
}
