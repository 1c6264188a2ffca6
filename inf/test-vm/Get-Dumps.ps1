#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Collects dumps, event logs, installation logs and the driver's state into one archive, and prints its path.
.EXAMPLE
.\Get-Dumps.ps1 -Directory C:\cofferdam
#>
[CmdletBinding()]
param(
    # Where the archive is written.
    [Parameter(Mandatory)] [string] $Directory
)
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

$stamp = Get-Date -Format 'yyyyMMdd-HHmmss'
$collected = Join-Path $Directory "cofferdam-$stamp"
New-Item -ItemType Directory -Force -Path $collected | Out-Null
$sources = @(
    Join-Path $env:SystemRoot 'MEMORY.DMP'
    Join-Path $env:SystemRoot 'Minidump\*.dmp'
    Join-Path $env:SystemRoot 'LiveKernelReports\*.dmp'
    Join-Path $env:SystemRoot 'INF\setupapi.dev.log'
)
foreach ($source in $sources) {
    Copy-Item -Path $source -Destination $collected -ErrorAction SilentlyContinue
}
foreach ($log in 'System', 'Application', 'Microsoft-Windows-CodeIntegrity/Operational') {
    $file = Join-Path $collected (($log -replace '/', '-') + '.evtx')
    & wevtutil.exe export-log $log $file
}
& fltmc.exe instances | Set-Content -Path (Join-Path $collected 'instances.txt')
& verifier.exe /query | Set-Content -Path (Join-Path $collected 'verifier.txt')
$archive = "$collected.zip"
Compress-Archive -Path (Join-Path $collected '*') -DestinationPath $archive
Write-Output $archive
