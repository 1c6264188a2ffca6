#Requires -Version 5.1
#Requires -RunAsAdministrator
<#
.SYNOPSIS
Stops the driver and removes its package from the driver store. Content and state of the sensor stay; where nothing is
installed, nothing happens.
.EXAMPLE
.\Uninstall.ps1
#>
[CmdletBinding()]
param()
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'

if (Get-CimInstance -ClassName Win32_SystemDriver -Filter "Name = 'Cofferdam'") {
    & (Join-Path $PSScriptRoot 'Stop.ps1')
}
$packages = Get-WindowsDriver -Online | Where-Object -Property OriginalFileName -Match -Value '\\cofferdam\.inf$'
foreach ($package in $packages) {
    & pnputil.exe /delete-driver $package.Driver /uninstall
    # 3010: the machine must be restarted.
    if ($LASTEXITCODE -notin 0, 3010) {
        throw "pnputil ended with $LASTEXITCODE for $($package.Driver)"
    }
}
