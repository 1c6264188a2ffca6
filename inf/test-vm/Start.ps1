#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Starts the driver and waits until Filter Manager lists it.
.EXAMPLE
.\Start.ps1
#>
[CmdletBinding()]
param(
    # How long to wait.
    [ValidateRange(1, 300)] [int] $Seconds = 30
)
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

& sc.exe start Cofferdam | Out-Null
# 1056: it runs already.
if ($LASTEXITCODE -notin 0, 1056) {
    throw "sc ended with ${LASTEXITCODE}; 577 is a signature that is not trusted, 1275 a driver that is blocked"
}
$until = (Get-Date).AddSeconds($Seconds)
do {
    $instances = & fltmc.exe instances -f Cofferdam
    if ($LASTEXITCODE -eq 0) {
        return $instances
    }
    Start-Sleep -Milliseconds 500
} while ((Get-Date) -lt $until)
throw "the driver did not attach within $Seconds seconds"
